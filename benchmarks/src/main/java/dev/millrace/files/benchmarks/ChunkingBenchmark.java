package dev.millrace.files.benchmarks;

import dev.millrace.files.chunks.ChunkStream;
import dev.millrace.files.chunks.Cutter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Bytes per microsecond, which is MB/s, that one core cuts, hashes, or both: random bytes, a step of 64 MiB in segments
 * of 1 MiB as they come from the store.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ChunkingBenchmark {
    private static final int SEGMENT_BYTES = 1024 * 1024;
    private static final int SEGMENTS = 64;
    /** How many bytes one call of each works on. */
    public static final int STEP_BYTES = SEGMENTS * SEGMENT_BYTES;

    private final byte[][] segments = new byte[SEGMENTS][SEGMENT_BYTES];

    @Setup
    public void fill() {
        Random random = new Random(1);
        for (byte[] segment : segments) {
            random.nextBytes(segment);
        }
    }

    /** Writes these bytes down, for a program that is measured beside. */
    public static void write(Path file) throws IOException {
        ChunkingBenchmark same = new ChunkingBenchmark();
        same.fill();
        try (OutputStream out = Files.newOutputStream(file)) {
            for (byte[] segment : same.segments) {
                out.write(segment);
            }
        }
    }

    /** Finds the cuts only. */
    @Benchmark
    @OperationsPerInvocation(STEP_BYTES)
    public int cut() {
        Cutter cutter = new Cutter();
        int cuts = 0;
        for (byte[] segment : segments) {
            int from = 0;
            while (from >= 0 && from < segment.length) {
                from = cutter.cut(segment, from, segment.length);
                cuts++;
            }
        }
        return cuts;
    }

    /** Finds the cuts and each chunk's SHA-256: what a step does. */
    @Benchmark
    @OperationsPerInvocation(STEP_BYTES)
    public void cutAndHash(Blackhole sink) {
        ChunkStream stream = new ChunkStream(0, sink::consume);
        for (byte[] segment : segments) {
            stream.take(segment, 0, segment.length);
        }
        stream.end();
    }

    /** SHA-256 of the whole alone: the pass beside it, and what cutting costs on top. */
    @Benchmark
    @OperationsPerInvocation(STEP_BYTES)
    public byte[] hashWhole() throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (byte[] segment : segments) {
            digest.update(segment);
        }
        return digest.digest();
    }
}
