package dev.millrace.files.serving;

import com.datastax.oss.driver.api.core.DriverException;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.SyncEvent;
import dev.millrace.serving.CassandraKeyspace;
import dev.millrace.serving.FactStore;
import dev.millrace.serving.Projection.Fact;
import dev.millrace.serving.StoreSettings;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.util.List;
import java.util.Optional;

/** Owners' change feeds to Cassandra, by file. Every row may be written any number of times, the place after them. */
final class CassandraChanges implements FactStore {
    static final String NAME = "files-changes";

    private final CassandraKeyspace cassandra;
    private final ChangeTable table;

    CassandraChanges(StoreSettings.Cassandra settings) {
        this.cassandra = new CassandraKeyspace(settings, CassandraKeyspace.WRITTEN_WITHIN);
        this.table = new ChangeTable(cassandra);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String server() {
        return "Cassandra";
    }

    @Override
    public boolean isVital() {
        return false;
    }

    @Override
    public List<TopicSpec<?>> topics() {
        return List.of(FilesTopics.SYNC_EVENTS);
    }

    /** An event comes from whichever namespace it is of; nobody asks for it by a position. */
    @Override
    public Optional<Position> positionOf(Fact fact) {
        return Optional.empty();
    }

    @Override
    public void open() throws Away {
        try {
            table.make();
        } catch (DriverException e) {
            throw CassandraKeyspace.away(e);
        }
    }

    @Override
    public long next(String topic, int partition) throws Away {
        try {
            return table.place(partition);
        } catch (DriverException e) {
            throw CassandraKeyspace.away(e);
        }
    }

    @Override
    public boolean write(List<Fact> facts, List<Step> steps) throws Away {
        try {
            cassandra.executeAll(facts.stream()
                    .map(fact -> (SyncEvent) fact.value())
                    .filter(CassandraChanges::isOwnersOfAFile)
                    .map(table::write)
                    .toList());
            cassandra.executeAll(steps.stream()
                    .map(step -> table.movePlace(step.partition(), step.next()))
                    .toList());
            return true;
        } catch (DriverException e) {
            throw CassandraKeyspace.away(e);
        }
    }

    private static boolean isOwnersOfAFile(SyncEvent event) {
        return event.getShareId().isEmpty() && !event.getChange().getNodeId().isEmpty();
    }

    @Override
    public void close() {
        cassandra.close();
    }
}
