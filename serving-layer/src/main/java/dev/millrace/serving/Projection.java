package dev.millrace.serving;

import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A view of committed facts in PostgreSQL: how facts become rows. It is called in the transaction that also advances
 * the offset, so it may count, and needs no protection against redelivery of its own.
 */
public interface Projection {
    /** Names the consumer group and the offsets; never changes. */
    String name();

    List<TopicSpec<?>> topics();

    /** Writes facts, those of each partition in order. Commits nothing. */
    void apply(Connection connection, List<Fact> facts) throws SQLException;

    /** Command that this fact came from, if it says so. */
    Optional<Position> positionOf(Fact fact);

    /**
     * Says, in a transaction of its own that is rolled back, what the database refuses in these facts. Called once,
     * before the projector stops for good.
     */
    default Violation explain(Connection connection, List<Fact> facts, SQLException refused) throws SQLException {
        return new Violation(String.valueOf(refused.getMessage()), List.of(), facts.get(0));
    }

    /** One record of one of {@link #topics}, decoded. */
    record Fact(String topic, int partition, long offset, Object value) {}

    /**
     * What the database refused.
     *
     * @param what one sentence for the person on call
     * @param details key and value by turns, for the log
     * @param fact the fact that is refused, or the first of those of which one is
     */
    record Violation(String what, List<String> details, Fact fact) {}
}
