package dev.millrace.tickets.topics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.topics.CommandId;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BookingIdsTest {
    @Property
    void aBookingsIdLeadsToItsEventAndItsCommand(@ForAll("eventIds") String eventId, @ForAll @Size(16) byte[] command) {
        CommandId heldBy = CommandId.of(ByteString.copyFrom(command));

        String bookingId = BookingIds.of(eventId, heldBy);

        assertThat(BookingIds.eventOf(bookingId)).contains(eventId);
        assertThat(BookingIds.commandOf(bookingId)).contains(heldBy);
        assertThat(bookingId).hasSizeLessThanOrEqualTo(128);
    }

    @Property
    void noTextBreaksTheParser(@ForAll String text) {
        BookingIds.eventOf(text)
                .ifPresent(event -> assertThat(
                                BookingIds.of(event, BookingIds.commandOf(text).orElseThrow()))
                        .isEqualTo(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gala",
                ".0123456789abcdef0123456789abcdef",
                "gala.0123456789abcdef0123456789abcde",
                "gala.0123456789ABCDEF0123456789abcdef",
                "gala-0123456789abcdef0123456789abcdef",
                "gala.0123456789abcdef0123456789abcdeg"
            })
    void anythingElseIsNoBookingId(String text) {
        assertThat(BookingIds.eventOf(text)).isEmpty();
        assertThat(BookingIds.commandOf(text)).isEmpty();
    }

    @Provide
    Arbitrary<String> eventIds() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .numeric()
                .withChars('_', '~', '-')
                .ofMinLength(1)
                .ofMaxLength(90);
    }
}
