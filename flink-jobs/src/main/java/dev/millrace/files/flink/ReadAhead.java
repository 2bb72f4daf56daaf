package dev.millrace.files.flink;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An upload's bytes from a place on, read on a thread of their own while the ones before are worked on: a step at a time,
 * to the end or until somebody else wants a turn. At most {@link #BLOCKS} blocks are in memory, whoever is faster, and of
 * a small upload no more than it has. What goes wrong on the way comes out where the bytes would have.
 */
final class ReadAhead implements AutoCloseable {
    static final int BLOCK_BYTES = 1024 * 1024;
    static final int BLOCKS = 4;

    private static final byte[] NONE = {};

    private final UploadContent content;
    private final long sizeBytes;
    private final long stepBytes;
    private final BooleanSupplier othersWait;
    private final Seen seen;
    /** What is empty, and what is full: all blocks are in one of them, or in somebody's hands. */
    private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(BLOCKS);

    private final BlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS + 1);
    /** Blocks; for the thread that reads. */
    private int made;

    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean closed;

    /** Is shown every byte in order, on the thread that reads. */
    interface Seen {
        void take(long offset, byte[] bytes, int length);
    }

    /**
     * Bytes that came.
     *
     * @param length how many; 0 at the end
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Block(byte[] bytes, int length, @Nullable Throwable failure) {}

    /**
     * @param stepBytes how many are read before others may have their turn
     * @param othersWait asked after each step
     */
    ReadAhead(
            Executor threads,
            UploadContent content,
            long from,
            long sizeBytes,
            long stepBytes,
            BooleanSupplier othersWait,
            Seen seen) {
        this.content = content;
        this.sizeBytes = sizeBytes;
        this.stepBytes = stepBytes;
        this.othersWait = othersWait;
        this.seen = seen;
        threads.execute(() -> readAll(from));
    }

    private void readAll(long from) {
        long at = from;
        try {
            while (at < sizeBytes && !closed && (at == from || !othersWait.getAsBoolean())) {
                at = readStep(at, Math.min(sizeBytes, at + stepBytes));
            }
            full.put(new Block(NONE, 0, null));
        } catch (InterruptedException e) {
            // The task is closed, and so is whoever would wait.
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            // There is room for it: one of the blocks isn't in there.
            var unused = full.offer(new Block(NONE, 0, e));
        } finally {
            over.countDown();
        }
    }

    private long readStep(long from, long to) throws IOException, InterruptedException {
        long at = from;
        try (InputStream in = content.read(from, to - from)) {
            while (at < to) {
                byte[] block = emptyBlock(at);
                if (closed) {
                    break;
                }
                int length = in.readNBytes(block, 0, (int) Math.min(block.length, to - at));
                if (length == 0) {
                    throw new EOFException("upload " + content.upload() + " ends after " + at + " bytes");
                }
                seen.take(at, block, length);
                full.put(new Block(block, length, null));
                at += length;
            }
        }
        return at;
    }

    private byte[] emptyBlock(long at) throws InterruptedException {
        if (made < BLOCKS && empty.isEmpty()) {
            made++;
            return new byte[(int) Math.min(BLOCK_BYTES, sizeBytes - at)];
        }
        return empty.take();
    }

    /**
     * Waits for the next bytes.
     *
     * @throws IOException that reading them failed with, {@link EOFException} if there is less than there should be
     */
    Block take() throws IOException, InterruptedException {
        Block next = full.take();
        if (next.failure instanceof IOException failure) {
            throw failure;
        }
        if (next.failure instanceof RuntimeException failure) {
            throw failure;
        }
        if (next.failure instanceof Error failure) {
            throw failure;
        }
        return next;
    }

    /** Says that a block's bytes aren't needed any more. */
    void giveBack(Block block) {
        empty.add(block.bytes);
    }

    /** Returns when nothing is read any more, or at once if the caller is interrupted. */
    @Override
    public void close() {
        closed = true;
        full.clear();
        // If it waits for an empty one, it sees now that it is closed.
        var unused = empty.offer(NONE);
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
