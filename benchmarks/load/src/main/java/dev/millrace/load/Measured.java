package dev.millrace.load;

import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long one kind of call took, from the moment it was meant to begin, and how it was answered. */
public final class Measured {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(5);

    private final Histogram micros = new Histogram(LONGEST_MICROS, 3);
    private final Map<String, Long> answers = new TreeMap<>();

    /** Not for several threads at once. */
    public void add(long nanos, String answer) {
        micros.recordValue(Math.max(0, Math.min(LONGEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos))));
        answers.merge(answer, 1L, Long::sum);
    }

    public long count() {
        return micros.getTotalCount();
    }

    public long countOf(String answer) {
        return answers.getOrDefault(answer, 0L);
    }

    public Map<String, Long> answers() {
        return answers;
    }

    public double millisAt(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1000.0;
    }

    public double millisMax() {
        return micros.getMaxValue() / 1000.0;
    }

    /** Percentiles for the eye, and the whole histogram (HdrHistogram's compressed form, base64) for later questions. */
    public JsonObject json() {
        ByteBuffer buffer = ByteBuffer.allocate(micros.getNeededByteBufferCapacity());
        int length = micros.encodeIntoCompressedByteBuffer(buffer);
        JsonObject byAnswer = new JsonObject();
        answers.forEach(byAnswer::put);
        return new JsonObject()
                .put("count", count())
                .put("answers", byAnswer)
                .put("p50Millis", millisAt(50))
                .put("p90Millis", millisAt(90))
                .put("p99Millis", millisAt(99))
                .put("p999Millis", millisAt(99.9))
                .put("maxMillis", millisMax())
                .put("histogramMicros", Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length)));
    }
}
