package dev.millrace.feed.serving;

import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import dev.millrace.feed.serving.EdgeTables.Side;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.serving.CassandraKeyspace;
import dev.millrace.serving.FactStore;
import dev.millrace.serving.Projection.Fact;
import dev.millrace.serving.StoreSettings;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Follow facts to Cassandra: when each edge began and when it ended, under both of its users. Every row may be written
 * any number of times and in any order; the place in the log is written after them.
 */
final class CassandraFollows implements FactStore {
    static final String NAME = "feed-follows";

    private final CassandraKeyspace cassandra;
    private final EdgeTables tables;

    CassandraFollows(StoreSettings.Cassandra settings) {
        this.cassandra = new CassandraKeyspace(settings, CassandraKeyspace.WRITTEN_WITHIN);
        this.tables = new EdgeTables(cassandra);
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
        return List.of(FeedTopics.FOLLOW_FACTS);
    }

    @Override
    public Optional<Position> positionOf(Fact fact) {
        return Optional.of(((FollowFact) fact.value()).getPosition());
    }

    @Override
    public void open() throws Away {
        try {
            tables.make();
        } catch (DriverException e) {
            throw CassandraKeyspace.away(e);
        }
    }

    @Override
    public long next(String topic, int partition) throws Away {
        try {
            return tables.place(partition).nextOffset();
        } catch (DriverException e) {
            throw CassandraKeyspace.away(e);
        }
    }

    @Override
    public boolean write(List<Fact> facts, List<Step> steps) throws Away {
        try {
            List<BoundStatement> rows = new ArrayList<>();
            for (Fact fact : facts) {
                EdgeRow.of((FollowFact) fact.value()).ifPresent(row -> {
                    for (Side side : Side.values()) {
                        rows.add(tables.writeMonth(side, row));
                        rows.add(tables.write(side, row));
                    }
                });
            }
            cassandra.executeAll(rows);
            List<BoundStatement> places = new ArrayList<>();
            for (Step step : steps) {
                long position = step.position().orElseThrow().getOffset();
                places.add(tables.movePlace(step.partition(), step.next(), position));
            }
            cassandra.executeAll(places);
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
