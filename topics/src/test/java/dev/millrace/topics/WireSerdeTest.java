package dev.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.topics.v1.Position;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireSerdeTest {
    private static final WireSerde<Position> SERDE = WireSerde.of(Position.getDefaultInstance());

    @Test
    void theFirstByteIsTheWireVersion() {
        assertThat(SERDE.encode(Position.newBuilder().setPartition(7).build())).containsExactly(1, 0x10, 7);
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 2, 127, -1})
    void anUnknownVersionIsRefusedByItsNumber(byte version) {
        assertThatThrownBy(() -> SERDE.deserialize("tickets.seat-facts", new byte[] {version, 0x10, 7}))
                .isInstanceOf(SerializationException.class)
                .hasMessage("tickets.seat-facts: wire version " + (version & 0xff) + " (expected: 1)");
    }

    @Test
    void anEmptyValueIsRefused() {
        assertThatThrownBy(() -> SERDE.deserialize("tickets.seat-facts", new byte[0]))
                .isInstanceOf(SerializationException.class)
                .hasMessage("tickets.seat-facts: empty value (expected: wire version 1)");
    }

    @Test
    void garbageBehindAKnownVersionIsRefused() {
        assertThatThrownBy(() -> SERDE.deserialize("tickets.seat-facts", new byte[] {1, 0x0a, 100, 'x'}))
                .isInstanceOf(SerializationException.class)
                .hasMessageStartingWith("tickets.seat-facts: not a valid message: ");
    }

    @Test
    void aTombstoneStaysATombstone() {
        assertThat(SERDE.serialize("t", null)).isNull();
        assertThat(SERDE.deserialize("t", null)).isNull();
    }

    @Test
    void theEmptyMessageIsOneByte() {
        assertThat(SERDE.decode("t", SERDE.encode(Position.getDefaultInstance())))
                .isEqualTo(Position.getDefaultInstance());
        assertThat(SERDE.encode(Position.getDefaultInstance())).hasSize(1);
    }
}
