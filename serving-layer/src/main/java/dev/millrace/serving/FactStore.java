package dev.millrace.serving;

import dev.millrace.serving.Projection.Fact;
import dev.millrace.serving.Projection.Violation;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.util.List;
import java.util.Optional;

/**
 * Where a {@link Projector} writes: what is made of facts, and how far in each partition it goes. The two may be
 * written in one transaction, or the facts first if they may be written again; never the other way round.
 */
public interface FactStore extends AutoCloseable {
    /** Names the consumer group and the offsets; never changes. */
    String name();

    /** What it is, for the person on call. */
    String server();

    /** Whether a process isn't ready while it is away. Where it is not, reads do without it. */
    boolean isVital();

    List<TopicSpec<?>> topics();

    /** Command that this fact came from, if it says so. */
    Optional<Position> positionOf(Fact fact);

    /** Makes the tables that are missing. Called before anything else, and again after it was {@link Away}. */
    void open() throws Away;

    /** Next offset to write; a partition that was never projected starts at 0. */
    long next(String topic, int partition) throws Away;

    /**
     * Writes facts, those of each partition in order, and how far they go.
     *
     * @param steps one per partition
     * @return false if nothing of it counts, as somebody else has written one of these partitions meanwhile
     * @throws Refused if trying again can't help; nothing is written then
     */
    boolean write(List<Fact> facts, List<Step> steps) throws Away;

    @Override
    default void close() {}

    /**
     * How far a batch takes one partition.
     *
     * @param expected the offset it starts at
     * @param next the offset after it
     * @param position newest command in it, if its facts say so
     */
    record Step(String topic, int partition, long expected, long next, Optional<Position> position) {}

    /** It can't be reached, or not now: the same is tried again. */
    final class Away extends Exception {
        public Away(String why, Throwable cause) {
            super(why, cause);
        }
    }

    /** It doesn't take what the facts say: a person has to look. */
    final class Refused extends RuntimeException {
        private final transient Violation violation;

        Refused(Violation violation, Throwable cause) {
            super(violation.what(), cause);
            this.violation = violation;
        }

        Violation violation() {
            return violation;
        }
    }
}
