package dev.millrace.feed.serving;

import com.datastax.oss.driver.api.core.DriverException;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.EvictedBlock;
import dev.millrace.serving.CassandraKeyspace;
import dev.millrace.serving.FactStore;
import dev.millrace.serving.Projection.Fact;
import dev.millrace.serving.StoreSettings;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.util.List;
import java.util.Optional;

/** What leaves full timelines to Cassandra. Every row may be written any number of times, the place after them. */
final class CassandraTimelines implements FactStore {
    static final String NAME = "feed-timelines";

    private final CassandraKeyspace cassandra;
    private final BlockTable table;

    CassandraTimelines(StoreSettings.Cassandra settings) {
        this.cassandra = new CassandraKeyspace(settings, CassandraKeyspace.WRITTEN_WITHIN);
        this.table = new BlockTable(cassandra);
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
        return List.of(FeedTopics.EVICTED_BLOCKS);
    }

    /** A block comes from whatever was pushed; nobody asks for it by a position. */
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
                    .map(fact -> (EvictedBlock) fact.value())
                    // Those from before they were chained can't be told from each other.
                    .filter(block -> block.getChain() != 0)
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

    @Override
    public void close() {
        cassandra.close();
    }
}
