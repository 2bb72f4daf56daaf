package dev.millrace.files.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.millrace.topics.CommandId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileIdsTest {
    @Property
    void anIdLeadsToItsNamespaceAndTheCommandThatMadeIt(@ForAll String user, @ForAll String key) {
        ByteString local = CommandId.of(user, "POST", "/files", key).bytes();

        String text = FileIds.text(FileIds.namespaceOf(user), local);

        FileId parsed = FileIds.parse(text).orElseThrow();
        assertThat(parsed.namespace()).isEqualTo(FileIds.namespaceOf(user));
        assertThat(parsed.local()).isEqualTo(local);
        assertThat(parsed).hasToString(text);
    }

    /** Other ids for the same users would lose them their files. */
    @Test
    void namespacesAreWhatTheyHaveAlwaysBeen() {
        assertThat(FileIds.namespaceOf("alice")).isEqualTo("dvp0k7p1p4yw29v5");
        assertThat(FileIds.namespaceOf("bob")).isNotEqualTo(FileIds.namespaceOf("alice"));
    }

    @Test
    void theRootIsInEveryNamespace() {
        FileId root = new FileId(FileIds.namespaceOf("alice"), FileIds.ROOT);

        assertThat(root.isRoot()).isTrue();
        assertThat(root.toString()).endsWith("." + "0".repeat(32));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "root",
                "0123456789abcdef",
                "0123456789abcdef.",
                "0123456789abcdeu.00000000000000000000000000000000",
                "0123456789abcdef.0000000000000000000000000000000",
                "0123456789abcdef.0000000000000000000000000000000G"
            })
    void whatIsNoIdIsNone(String text) {
        assertThat(FileIds.parse(text)).isEmpty();
    }

    @Test
    void anIdHasSixteenBytes() {
        assertThatThrownBy(() -> new FileId("0123456789abcdef", ByteString.EMPTY))
                .hasMessageContaining("0 bytes (expected: 16)");
    }
}
