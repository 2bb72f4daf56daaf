package dev.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.topics.http.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {
    @Test
    void aStructuredStringIsUnquoted() {
        assertThat(IdempotencyKey.parse("\"8e03978e-40d5\"")).isEqualTo("8e03978e-40d5");
        assertThat(IdempotencyKey.parse("\"a \\\"b\\\" \\\\c\"")).isEqualTo("a \"b\" \\c");
    }

    @Test
    void aBareTokenIsTakenAsItIs() {
        assertThat(IdempotencyKey.parse(" 8e03978e-40d5 ")).isEqualTo("8e03978e-40d5");
    }

    @Test
    void theLongestKeyIsTaken() {
        assertThat(IdempotencyKey.parse("k".repeat(255))).hasSize(255);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"\"",
                "\"",
                "\"half",
                "\"a\"b",
                "\"a\\x\"",
                "\"a\\",
                "two words",
                "a\"b",
                "a,b",
                "\u00e9",
                "\"\t\""
            })
    void anythingElseIsRefusedAndNamed(String header) {
        assertThatThrownBy(() -> IdempotencyKey.parse(header)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.reason()).isEqualTo("INVALID_HEADER");
            assertThat(problem.detail()).startsWith("Idempotency-Key: " + header);
        });
    }

    @Test
    void aKeyThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> IdempotencyKey.parse("k".repeat(256))).isInstanceOf(Problem.class);
    }
}
