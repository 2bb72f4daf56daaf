package dev.millrace.files.flink;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Objects on their way to the bucket, off the task's thread and several at a time; what is to happen after each happens
 * on the task's thread, in the order in which they were added. What can't be written fails the task, which begins again
 * at its checkpoint.
 */
final class OrderedWrites {
    private static final int THREADS = 4;
    private static final long UNDER_WAY_BYTES_MAX = 32L * 1024 * 1024;

    private final ContentStore store;
    private final MailboxExecutor mailbox;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final Deque<Write> underWay = new ArrayDeque<>();
    private long underWayBytes;

    private static final class Write {
        private final int bytes;
        private final Runnable then;
        private boolean done;
        private @Nullable IOException failure;

        Write(int bytes, Runnable then) {
            this.bytes = bytes;
            this.then = then;
        }
    }

    OrderedWrites(ContentStore store, MailboxExecutor mailbox) {
        this.store = store;
        this.mailbox = mailbox;
    }

    /** Waits, and lets others of this task do something, while too much is under way. */
    void add(String key, byte[] bytes) throws IOException, InterruptedException {
        Write write = new Write(bytes.length, () -> {});
        underWay.add(write);
        underWayBytes += bytes.length;
        threads.execute(() -> {
            try {
                store.write(key, bytes);
            } catch (IOException e) {
                write.failure = e;
            } catch (RuntimeException e) {
                write.failure = new IOException("writing " + key, e);
            }
            mailbox.execute(() -> written(write), "written");
        });
        while (underWayBytes > UNDER_WAY_BYTES_MAX) {
            mailbox.yield();
        }
    }

    /** What is to happen once everything is written that was added before. */
    void then(Runnable then) {
        if (underWay.isEmpty()) {
            then.run();
        } else {
            Write nothing = new Write(0, then);
            nothing.done = true;
            underWay.add(nothing);
        }
    }

    private void written(Write write) throws IOException {
        if (write.failure != null) {
            throw write.failure;
        }
        write.done = true;
        for (Write head = underWay.peek(); head != null && head.done; head = underWay.peek()) {
            underWay.remove();
            underWayBytes -= head.bytes;
            head.then.run();
        }
    }

    /** Until everything is written, and what was to happen then has happened. */
    void await() throws InterruptedException {
        while (!underWay.isEmpty()) {
            mailbox.yield();
        }
    }

    void close() {
        threads.shutdownNow();
    }
}
