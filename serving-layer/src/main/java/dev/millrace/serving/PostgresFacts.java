package dev.millrace.serving;

import dev.millrace.serving.Projection.Fact;
import dev.millrace.serving.Projection.Violation;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A projection in PostgreSQL: each fact exactly once. A batch and its offsets are one transaction, the offsets by
 * compare-and-set, so that a projector that lost a partition without knowing writes nothing.
 */
final class PostgresFacts implements FactStore {
    private final Projection projection;
    private final DataSource database;
    private final Schema schema;

    PostgresFacts(Projection projection, DataSource database, Schema schema) {
        this.projection = projection;
        this.database = database;
        this.schema = schema;
    }

    @Override
    public String name() {
        return projection.name();
    }

    @Override
    public String server() {
        return "PostgreSQL";
    }

    @Override
    public boolean isVital() {
        return true;
    }

    @Override
    public List<TopicSpec<?>> topics() {
        return projection.topics();
    }

    @Override
    public Optional<Position> positionOf(Fact fact) {
        return projection.positionOf(fact);
    }

    @Override
    public void open() throws Away {
        try {
            schema.bringUpToDate();
        } catch (SQLException e) {
            throw away(e);
        }
    }

    @Override
    public long next(String topic, int partition) throws Away {
        try (Connection connection = database.getConnection()) {
            return ProjectorOffsets.next(connection, projection.name(), topic, partition);
        } catch (SQLException e) {
            throw away(e);
        }
    }

    @Override
    public boolean write(List<Fact> facts, List<Step> steps) throws Away {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            return write(connection, facts, steps);
        } catch (SQLException e) {
            throw away(e);
        }
    }

    private boolean write(Connection connection, List<Fact> facts, List<Step> steps) throws SQLException {
        try {
            if (ProjectorOffsets.advance(connection, projection.name(), steps) < steps.size()) {
                connection.rollback();
                return false;
            }
            projection.apply(connection, facts);
            connection.commit();
            return true;
        } catch (SQLException e) {
            connection.rollback();
            if (isRefusal(e)) {
                throw new Refused(explain(connection, facts, e), e);
            }
            throw e;
        }
    }

    private Violation explain(Connection connection, List<Fact> facts, SQLException refused) {
        try {
            Violation violation = projection.explain(connection, facts, refused);
            connection.rollback();
            return violation;
        } catch (SQLException e) {
            refused.addSuppressed(e);
            return new Violation(String.valueOf(refused.getMessage()), List.of(), facts.get(0));
        }
    }

    /**
     * Whether trying again can't help: the data breaks a constraint (23), doesn't fit a column (22), or the statement
     * is wrong (42).
     */
    private static boolean isRefusal(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("23") || state.startsWith("22") || state.startsWith("42"));
    }

    private static Away away(SQLException e) {
        return new Away(String.valueOf(e.getMessage()), e);
    }
}
