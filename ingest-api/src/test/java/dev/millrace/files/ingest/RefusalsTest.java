package dev.millrace.files.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.topics.v1.NamespaceRefusal;
import dev.millrace.files.topics.v1.NamespaceRefusalReason;
import dev.millrace.topics.http.Problem;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RefusalsTest {
    private static Stream<NamespaceRefusalReason> reasons() {
        return Arrays.stream(NamespaceRefusalReason.values())
                .filter(reason -> reason != NamespaceRefusalReason.NAMESPACE_REFUSAL_REASON_UNSPECIFIED
                        && reason != NamespaceRefusalReason.UNRECOGNIZED);
    }

    private static Problem problem(NamespaceRefusalReason reason, String value) {
        return Refusals.problem(
                NamespaceRefusal.newBuilder().setReason(reason).setValue(value).build());
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void noProblemNamesAValueThatIsNotKnown(NamespaceRefusalReason reason) {
        assertThat(problem(reason, "").body().toString()).doesNotContain("null");
    }

    @Test
    void whatIsKnownToBeUnknownIsNamed() {
        assertThat(problem(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, "abc").body())
                .containsEntry("value", "abc")
                .containsEntry("detail", "fileId: abc (expected: what there is and you may see)");
        assertThat(problem(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, "").body())
                .doesNotContainKey("value")
                .containsEntry("detail", "Unknown fileId (expected: what there is and you may see)");
    }
}
