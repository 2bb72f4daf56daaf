package dev.millrace.files.flink;

import dev.millrace.files.chunks.Chunk;
import dev.millrace.files.chunks.ChunkStream;
import dev.millrace.files.chunks.Cutter;
import dev.millrace.topics.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads an upload step by step, off the task's thread: its chunks, and the hash of all of it in one pass beside them. If
 * the pass began later than the chunks, as after a restart, what is before them is read again for it.
 */
final class StepReader {
    /** After so much, others get their turn. */
    static final long STEP_BYTES = 64L * 1024 * 1024;

    /** Chunks are handed on when they have so much together. */
    private static final int BATCH_BYTES = 2 * 1024 * 1024;

    private static final int READ_BYTES = 1024 * 1024;

    private final UploadContent content;
    private final long sizeBytes;
    private final MessageDigest whole = Sha256.digest();
    private long hashedBytes;

    /** Takes the next chunks, and where the one after them begins. */
    interface Batches {
        void take(List<Chunk> chunks, List<byte[]> bytes, long nextOffset) throws InterruptedException;
    }

    StepReader(UploadContent content, long sizeBytes) {
        this.content = content;
        this.sizeBytes = sizeBytes;
    }

    /**
     * Reads on from the start of a chunk, for a step, or to the end if that is nearer.
     *
     * @throws EOFException if there is less than there should be
     */
    void read(long from, Batches batches) throws IOException, InterruptedException {
        if (hashedBytes < from) {
            hashOnly(from);
        }
        Window window = new Window(from, batches);
        long to = Math.min(sizeBytes, from + STEP_BYTES);
        try (InputStream in = content.read(from, to - from)) {
            for (long at = from; at < to; ) {
                at += window.fill(in);
            }
        }
        window.end(to == sizeBytes);
    }

    /** In hex, of everything up to the last step's end. */
    String sha256() {
        return HexFormat.of().formatHex(whole.digest());
    }

    private void hashOnly(long to) throws IOException, InterruptedException {
        byte[] buffer = new byte[READ_BYTES];
        try (InputStream in = content.read(hashedBytes, to - hashedBytes)) {
            while (hashedBytes < to) {
                int read = in.read(buffer);
                if (read < 0) {
                    throw new EOFException("upload " + content.upload() + " ends after " + hashedBytes + " bytes");
                }
                whole.update(buffer, 0, read);
                hashedBytes += read;
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    /** The bytes of the chunk that is being cut, and what was read behind it. */
    private final class Window {
        private final byte[] bytes = new byte[Cutter.CHUNK_BYTES_MAX + READ_BYTES];
        private final Batches batches;
        private final ChunkStream stream;
        private final List<Chunk> chunks = new ArrayList<>();
        private final List<byte[]> contents = new ArrayList<>();
        private long start;
        private int filled;
        private int batchBytes;

        Window(long from, Batches batches) {
            this.batches = batches;
            this.start = from;
            this.stream = new ChunkStream(from, this::keep);
        }

        int fill(InputStream in) throws IOException, InterruptedException {
            int read = in.read(bytes, filled, Math.min(READ_BYTES, bytes.length - filled));
            if (read < 0) {
                throw new EOFException("upload " + content.upload() + " ends after " + (start + filled) + " bytes");
            }
            int known = (int) Math.max(0, Math.min(read, hashedBytes - (start + filled)));
            whole.update(bytes, filled + known, read - known);
            hashedBytes += read - known;
            stream.take(bytes, filled, filled + read);
            filled += read;
            dropCut();
            if (batchBytes >= BATCH_BYTES) {
                handOn();
            }
            return read;
        }

        void end(boolean ofContent) throws InterruptedException {
            if (ofContent) {
                stream.end();
            }
            handOn();
        }

        private void keep(Chunk chunk) {
            int from = (int) (chunk.offset() - start);
            chunks.add(chunk);
            contents.add(Arrays.copyOfRange(bytes, from, from + chunk.bytes()));
            batchBytes += chunk.bytes();
        }

        private void dropCut() {
            int cut = (int) (stream.nextOffset() - start);
            System.arraycopy(bytes, cut, bytes, 0, filled - cut);
            filled -= cut;
            start += cut;
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
