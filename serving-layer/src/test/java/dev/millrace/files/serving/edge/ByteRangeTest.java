package dev.millrace.files.serving.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.topics.http.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=0-99, 0, 100",
        "bytes=0-, 0, 100",
        "bytes=40-49, 40, 10",
        "bytes=40-, 40, 60",
        "bytes=99-, 99, 1",
        "bytes=90-1000, 90, 10",
        "bytes=-1, 99, 1",
        "bytes=-100, 0, 100",
        "bytes=-1000, 0, 100",
        "Bytes= 1-2, 1, 2"
    })
    void oneRangeIsAPart(String header, long first, long bytes) {
        assertThat(ByteRange.in(header, 100)).isEqualTo(new ByteRange(first, bytes, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1,5-6", "bytes=5-2", "bytes=-", "bytes=x-2", "bytes", "lines=1-2", "bytes=1", ""})
    void whatIsntOneRangeIsAnsweredWithAllOfIt(String header) {
        assertThat(ByteRange.in(header, 100)).isEqualTo(new ByteRange(0, 100, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=999999999999999999-", "bytes=-0"})
    void whereThereIsNothingTheAnswerSaysHowMuchThereIs(String header) {
        assertThatThrownBy(() -> ByteRange.in(header, 100)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(416);
            assertThat(problem.reason()).isEqualTo("RANGE_NOT_SATISFIABLE");
            assertThat(problem.headers()).containsEntry("Content-Range", "bytes */100");
        });
    }

    @Test
    void nothingHasNoParts() {
        assertThat(ByteRange.in("bytes=0-10", 0)).isEqualTo(new ByteRange(0, 0, false));
    }

    @Test
    void theAnswerSaysWhichPartItIs() {
        assertThat(ByteRange.in("bytes=40-49", 100).text(100)).isEqualTo("bytes 40-49/100");
    }
}
