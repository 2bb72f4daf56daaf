package dev.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class CommandIdTest {
    @Property
    void anIdComesBackFromItsTextAndItsBytes(@ForAll @Size(16) byte[] bytes) {
        CommandId id = CommandId.of(ByteString.copyFrom(bytes));

        assertThat(id.toString()).matches("[0-9a-f]{32}");
        assertThat(CommandId.parse(id.toString())).isEqualTo(id).hasSameHashCodeAs(id);
        assertThat(CommandId.of(id.bytes())).isEqualTo(id);
    }

    @Property
    void theSameRequestHasTheSameIdAndAnotherHasAnother(
            @ForAll String subject,
            @ForAll String path,
            @ForAll @CharRange(from = '!', to = '~') @StringLength(min = 1) String key) {
        CommandId id = CommandId.of(subject, "POST", path, key);

        assertThat(CommandId.of(subject, "POST", path, key)).isEqualTo(id);
        assertThat(CommandId.of(subject, "PUT", path, key)).isNotEqualTo(id);
        assertThat(CommandId.of(subject + "x", "POST", path, key)).isNotEqualTo(id);
        assertThat(CommandId.of(subject, "POST", path + key, key)).isNotEqualTo(id);
        assertThat(CommandId.of(subject, "POST", path, key + "0")).isNotEqualTo(id);
    }

    @Test
    void partsDoNotRunIntoEachOther() {
        assertThat(CommandId.of("ab", "c", "d", "e")).isNotEqualTo(CommandId.of("a", "bc", "d", "e"));
    }

    @Test
    void anIdOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> CommandId.of(ByteString.copyFrom(new byte[15])))
                .hasMessage("command id: 15 bytes (expected: 16)");
    }

    @Test
    void requestsWithoutAKeyNeverShareAnId() {
        assertThat(CommandId.random()).isNotEqualTo(CommandId.random());
    }

    /** Written down, because a change would make yesterday's retry a new booking. */
    @Test
    void theFunctionIsTheOneTheLogWasWrittenWith() {
        assertThat(CommandId.of("alice", "POST", "/bookings/autumn-gala", "k1"))
                .hasToString("34437310f74082c4e9113fdcd0f06402");
    }
}
