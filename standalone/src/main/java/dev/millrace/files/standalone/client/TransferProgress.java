package dev.millrace.files.standalone.client;

/** Who watches bytes go by. */
public interface TransferProgress {
    /** @param what happens to which file */
    Bar begin(String what, long bytes);

    /** A line of its own. */
    void say(String line);

    /** How far one thing has come. It is told by several threads. */
    interface Bar extends AutoCloseable {
        /** @param bytes negative for what has to be done again */
        void add(long bytes);

        @Override
        void close();
    }
}
