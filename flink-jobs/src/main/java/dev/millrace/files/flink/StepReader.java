package dev.millrace.files.flink;

import dev.millrace.files.chunks.Chunk;
import dev.millrace.files.chunks.ChunkStream;
import dev.millrace.files.chunks.Cutter;
import dev.millrace.topics.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * Reads an upload step by step, off the task's thread: its chunks, and the hash of all of it in one pass beside them, on
 * the thread that reads ahead. If the pass began later than the chunks, as after a restart, what is before them is read
 * again for it.
 */
final class StepReader {
    /** After so much, others get their turn. */
    static final long STEP_BYTES = 64L * 1024 * 1024;

    /** Chunks are handed on when they have so much together. */
    private static final int BATCH_BYTES = 2 * 1024 * 1024;

    private final UploadContent content;
    private final long sizeBytes;
    private final Executor aheadThreads;
    private final MessageDigest whole = Sha256.digest();
    private long hashedBytes;

    /** Takes the next chunks, and where the one after them begins. */
    interface Batches {
        void take(List<Chunk> chunks, List<byte[]> bytes, long nextOffset) throws InterruptedException;
    }

    StepReader(UploadContent content, long sizeBytes, Executor aheadThreads) {
        this.content = content;
        this.sizeBytes = sizeBytes;
        this.aheadThreads = aheadThreads;
    }

    /**
     * Reads on from the start of a chunk, to the end or to the end of a step after which others wait.
     *
     * @throws EOFException if there is less than there should be
     */
    void read(long from, BooleanSupplier othersWait, Batches batches) throws IOException, InterruptedException {
        if (hashedBytes < from) {
            try (ReadAhead before = ahead(hashedBytes, from, from, () -> false)) {
                for (ReadAhead.Block block = before.take(); block.length() > 0; block = before.take()) {
                    before.giveBack(block);
                }
            }
        }
        Cutting cutting = new Cutting(from, sizeBytes, batches);
        long at = from;
        try (ReadAhead ahead = ahead(from, sizeBytes, STEP_BYTES, othersWait)) {
            for (ReadAhead.Block block = ahead.take(); block.length() > 0; block = ahead.take()) {
                cutting.take(block.bytes(), block.length());
                at += block.length();
                ahead.giveBack(block);
            }
        }
        cutting.end(at == sizeBytes);
    }

    private ReadAhead ahead(long from, long to, long stepBytes, BooleanSupplier othersWait) {
        return new ReadAhead(aheadThreads, content, from, to, stepBytes, othersWait, this::hash);
    }

    /** On the thread that reads; of what was hashed before, nothing. */
    private void hash(long offset, byte[] bytes, int length) {
        int known = (int) Math.max(0, Math.min(length, hashedBytes - offset));
        whole.update(bytes, known, length - known);
        hashedBytes += length - known;
    }

    /** In hex, of everything up to the last step's end. */
    String sha256() {
        return HexFormat.of().formatHex(whole.digest());
    }

    /** Cuts segments, and keeps the bytes of the chunk that goes on with the next one. */
    private static final class Cutting {
        private static final byte[] NONE = {};

        private final byte[] unfinished;
        private final Batches batches;
        private final ChunkStream stream;
        private final List<Chunk> chunks = new ArrayList<>();
        private final List<byte[]> contents = new ArrayList<>();
        private byte[] segment = NONE;
        /** Of the segment, in the upload. */
        private long begin;

        private int batchBytes;

        Cutting(long from, long sizeBytes, Batches batches) {
            this.unfinished = new byte[(int) Math.min(Cutter.CHUNK_BYTES_MAX, sizeBytes - from)];
            this.batches = batches;
            this.begin = from;
            this.stream = new ChunkStream(from, this::keep);
        }

        void take(byte[] bytes, int length) throws InterruptedException {
            segment = bytes;
            stream.take(bytes, 0, length);
            long next = stream.nextOffset();
            int before = (int) Math.max(0, begin - next);
            int from = (int) Math.max(0, next - begin);
            System.arraycopy(bytes, from, unfinished, before, length - from);
            segment = NONE;
            begin += length;
            if (batchBytes >= BATCH_BYTES) {
                handOn();
            }
        }

        void end(boolean ofContent) throws InterruptedException {
            if (ofContent) {
                stream.end();
            }
            handOn();
        }

        private void keep(Chunk chunk) {
            byte[] bytes = new byte[chunk.bytes()];
            int before = (int) Math.max(0, Math.min(bytes.length, begin - chunk.offset()));
            System.arraycopy(unfinished, 0, bytes, 0, before);
            if (before < bytes.length) {
                System.arraycopy(
                        segment, (int) (chunk.offset() + before - begin), bytes, before, bytes.length - before);
            }
            chunks.add(chunk);
            contents.add(bytes);
            batchBytes += bytes.length;
        }

        private void handOn() throws InterruptedException {
            if (!chunks.isEmpty()) {
                batches.take(List.copyOf(chunks), List.copyOf(contents), stream.nextOffset());
                chunks.clear();
                contents.clear();
                batchBytes = 0;
            }
        }
    }
}
