package dev.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.topics.v1.Position;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionsTest {
    @Property
    void aPositionComesBackFromItsText(
            @ForAll @IntRange(max = 99_999) int partition,
            @ForAll @LongRange(max = 999_999_999_999_999_999L) long offset) {
        Position position = Position.newBuilder()
                .setLog("seats")
                .setPartition(partition)
                .setOffset(offset)
                .build();

        assertThat(Positions.parse(Positions.text(position))).contains(position);
    }

    @Property
    void noTextBreaksTheParser(@ForAll String text) {
        Positions.parse(text)
                .ifPresent(position -> assertThat(position.getOffset()).isNotNegative());
    }

    @Test
    void theTextIsLogPartitionOffset() {
        assertThat(Positions.text(Position.newBuilder()
                        .setLog("seats")
                        .setPartition(3)
                        .setOffset(1042)
                        .build()))
                .isEqualTo("seats.3.1042");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "seats",
                "seats.3",
                "seats.3.",
                "seats.-1.2",
                "seats.3.1042 ",
                "Seats.3.1042",
                "seats.3.1042.1",
                "seats.100000.1",
                "seats.3.9999999999999999999",
                "seats.٣.١"
            })
    void anythingElseIsNoPosition(String text) {
        assertThat(Positions.parse(text)).isEmpty();
    }
}
