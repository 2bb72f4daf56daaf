package dev.millrace.serving;

import dev.millrace.topics.TopicSpec;

/**
 * Something outside that committed facts bring about, at least once each, in the order of their partition; so doing it
 * again must change nothing.
 */
public interface Effect<F> extends AutoCloseable {
    /** Also the group that shares the partitions out, and keeps how far it is. */
    String name();

    TopicSpec<F> facts();

    /** @throws Away if it has to be tried again */
    void bringAbout(F fact) throws Away;

    @Override
    default void close() {}

    /** What is needed for it can't be reached, or not now. */
    final class Away extends Exception {
        public Away(String why, Throwable cause) {
            super(why, cause);
        }
    }
}
