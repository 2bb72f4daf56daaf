package dev.millrace.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeasuredTest {
    @Test
    void theRawRecordHoldsTheWholeHistogram() throws Exception {
        var measured = new Measured();
        for (int millis = 1; millis <= 1000; millis++) {
            measured.add(TimeUnit.MILLISECONDS.toNanos(millis), millis % 10 == 0 ? "409 SEAT_TAKEN" : "201");
        }

        byte[] raw = Base64.getDecoder().decode(measured.json().getString("histogramMicros"));

        var histogram = Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(raw), 0);
        assertThat(histogram.getTotalCount()).isEqualTo(1000);
        assertThat(histogram.getValueAtPercentile(99) / 1000.0).isEqualTo(990, within(2.0));
        assertThat(measured.countOf("409 SEAT_TAKEN")).isEqualTo(100);
    }

    @Test
    void anHourIsCountedAsTheLongestTimeAndNothingIsLost() {
        var measured = new Measured();

        measured.add(TimeUnit.HOURS.toNanos(1), "200");

        assertThat(measured.count()).isEqualTo(1);
        assertThat(measured.millisMax()).isGreaterThan(200_000);
    }
}
