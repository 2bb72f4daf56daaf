package dev.millrace.tickets.streams;

import static dev.millrace.tickets.rules.Commands.EVENT;
import static dev.millrace.tickets.rules.Commands.bookingOf;
import static dev.millrace.tickets.rules.Commands.cancel;
import static dev.millrace.tickets.rules.Commands.confirm;
import static dev.millrace.tickets.rules.Commands.define;
import static dev.millrace.tickets.rules.Commands.event;
import static dev.millrace.tickets.rules.Commands.eventOf;
import static dev.millrace.tickets.rules.Commands.hold;
import static dev.millrace.tickets.rules.Commands.row;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.tickets.rules.Decision;
import dev.millrace.tickets.rules.SeatRules;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.tickets.topics.v1.SeatRefusalReason;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.Reply;
import dev.millrace.topics.v1.ReplyAddress;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SeatClaimTopologyTest {
    private final SeatClaimDriver driver = new SeatClaimDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void aHoldIsAFactKeyedByItsEventAndAReplyWhereItWasAskedFor() throws Exception {
        driver.send(define("d", event()));
        driver.facts();
        SeatCommand asked = withReplyTo(hold("ann", "1", "A-1-1"), 0, 77);

        SeatOutcome outcome = driver.send(asked);

        TestRecord<String, SeatFact> fact = driver.factRecords().get(0);
        assertThat(fact.key()).isEqualTo(EVENT);
        assertThat(fact.value().getSeatsHeld()).isEqualTo(outcome.getBooking());
        assertThat(fact.value().getPosition()).isEqualTo(at(1));
        Reply reply = driver.reply();
        assertThat(reply.getEpoch()).isEqualTo(77);
        assertThat(reply.getCommandId()).isEqualTo(asked.getMeta().getCommandId());
        assertThat(reply.getPosition()).isEqualTo(at(1));
        assertThat(SeatOutcome.parseFrom(reply.getOutcome())).isEqualTo(outcome);
    }

    @Test
    void nobodyIsAnsweredWhoDidNotAsk() {
        driver.sendSilently(define("d", event()));

        assertThat(driver.noReplies()).isTrue();
    }

    @Test
    void aReplyToAPartitionThatCannotBeIsDropped() {
        driver.sendSilently(withReplyTo(define("d", event()), 9_999, 1));

        assertThat(driver.noReplies()).isTrue();
        assertThat(driver.facts()).hasSize(1);
    }

    @Test
    void theSecondClaimOnAHeldSeatIsRefused() {
        driver.send(define("d", event()));
        driver.send(hold("ann", "1", "A-1-1", "A-1-2"));
        driver.facts();

        SeatOutcome second = driver.send(hold("bob", "1", "A-1-2", "A-1-3"));

        assertThat(second.getRefused().getReason()).isEqualTo(SeatRefusalReason.SEAT_TAKEN);
        assertThat(second.getRefused().getValuesList()).isEqualTo(List.of("A-1-2"));
        assertThat(driver.facts()).isEmpty();
        assertThat(driver.seatMap()).isEqualTo("RRAAAAAA");
    }

    @Test
    void aConfirmedSeatIsSoldAndACancelledOneIsFreeAgain() {
        driver.send(define("d", event()));
        driver.send(hold("ann", "1", "A-2-1"));
        driver.send(hold("ann", "2", "A-2-2"));

        driver.send(confirm("ann", "3", bookingOf("ann", "1")));
        driver.send(cancel("ann", "4", bookingOf("ann", "2")));

        assertThat(driver.seatMap()).isEqualTo("AAAASAAA");
    }

    @Test
    void aRepeatedCommandIsAnsweredWithTheNewestFactsPosition() {
        driver.send(define("d", event()));
        SeatOutcome first = driver.send(hold("ann", "1", "A-1-1"));
        driver.send(hold("bob", "1", "A-1-1"));
        driver.facts();

        SeatOutcome again = driver.send(hold("ann", "1", "A-1-1"));

        assertThat(again).isEqualTo(first);
        assertThat(driver.facts()).isEmpty();
        assertThat(driver.lastReply().getPosition()).isEqualTo(at(1));
    }

    @Test
    void aRefusalIsRepeatedUntilItIsForgotten() {
        driver.send(define("d", event()));
        driver.send(hold("ann", "1", "A-1-1"));
        SeatOutcome refused = driver.send(hold("bob", "1", "A-1-1"));
        driver.send(cancel("ann", "2", bookingOf("ann", "1")));

        assertThat(driver.send(hold("bob", "1", "A-1-1"))).isEqualTo(refused);

        driver.later(Duration.ofMinutes(61));
        driver.send(hold("cem", "1", "Z-1-1"));

        assertThat(driver.send(hold("bob", "1", "A-1-1")).getBooking().getStatus())
                .isEqualTo(BookingStatus.BOOKING_RESERVED);
    }

    @Test
    void aHoldThatHasRunOutIsRemindedOfUntilItLapses() {
        driver.send(define("d", event()));
        driver.send(hold("ann", "1", "A-1-1"));
        assertThat(driver.reminders()).isEmpty();

        driver.later(Duration.ofSeconds(601));
        List<SeatCommand> reminders = driver.reminders();
        driver.later(Duration.ofSeconds(6));
        List<SeatCommand> again = driver.reminders();

        assertThat(reminders).hasSize(1);
        assertThat(again).hasSize(1);
        driver.facts();
        driver.sendSilently(reminders.get(0));
        driver.sendSilently(again.get(0));
        assertThat(driver.facts().stream().map(SeatFact::getKindCase).toList())
                .isEqualTo(List.of(SeatFact.KindCase.BOOKING_LAPSED));
        assertThat(driver.seatMap()).isEqualTo("AAAAAAAA");
        driver.later(Duration.ofSeconds(60));
        assertThat(driver.reminders()).isEmpty();
    }

    @Test
    void aNewLayoutLeavesNoRowOfTheOldOneBehind() {
        driver.send(define("d", event()));
        driver.send(hold("ann", "1", "A-2-1"));

        driver.send(define("e", eventOf(row("2", 3, "free"))));

        assertThat(driver.seatMap()).isEqualTo("RAA");
        assertThat(driver.storedKeys('R')).isEqualTo(1);
        driver.send(define("f", event()));
        assertThat(driver.seatMap()).isEqualTo("AAAARAAA");
    }

    @Test
    void whatCannotBeReadBecomesADeadLetterWithItsReasonAndTheNextCommandIsDecided() {
        driver.raw(EVENT, new byte[] {9, 1, 2, 3});
        driver.raw(EVENT, new byte[] {1, 'x', 'y'});
        driver.raw(EVENT, null);
        driver.sendSilently(SeatCommand.newBuilder()
                .setMeta(define("d", event()).getMeta())
                .setEventId(EVENT)
                .build());

        SeatOutcome next = driver.send(define("d", event()));

        List<TestRecord<byte[], byte[]>> letters = driver.deadLetters();
        assertThat(letters).hasSize(4);
        assertThat(letters.get(0).value()).isEqualTo(new byte[] {9, 1, 2, 3});
        assertThat(header(letters.get(0), "message")).contains("wire version 9");
        assertThat(header(letters.get(0), "topic")).isEqualTo("tickets.seat-commands");
        assertThat(header(letters.get(3), "message")).contains("of a kind this build doesn't know");
        assertThat(next.getEvent().getSeats()).isEqualTo(8);
    }

    @Test
    void aCommandUnderAnotherEventsKeyIsADeadLetterAndDecidesNothing() {
        driver.misroute("other-event", define("d", event()));

        List<TestRecord<byte[], byte[]>> letters = driver.deadLetters();

        assertThat(header(letters.get(0), "message")).isEqualTo("key: other-event (expected: " + EVENT + ")");
        assertThat(header(letters.get(0), "offset")).isEqualTo("0");
        assertThat(driver.facts()).isEmpty();
    }

    @Test
    void theBooksAreTheSameAfterAllThatIsDerivedWasReadAnewFromTheStore() {
        driver.send(define("d", event()));
        driver.send(hold("ann", "1", "A-1-1", "A-2-1"));
        driver.send(hold("bob", "1", "A-1-1"));
        driver.send(hold("cem", "1", "A-2-4"));
        driver.later(Duration.ofSeconds(601));

        SeatBooks books = driver.reopened();

        assertThat(books.holds().dueReminders(driver.nowMillis(), 5_000, 10).stream()
                        .map(LiveHolds.Expiry::bookingId)
                        .toList())
                .containsExactlyInAnyOrder(bookingOf("ann", "1"), bookingOf("cem", "1"));
        assertThat(books.factOffset()).isEqualTo(3);
        Decision decision = SeatRules.decide(
                books.of(EVENT), hold("bob", "2", "A-1-1"), driver.nowMillis(), Position.getDefaultInstance());
        assertThat(decision.facts().stream().map(SeatFact::getKindCase).toList())
                .isEqualTo(List.of(SeatFact.KindCase.BOOKING_LAPSED, SeatFact.KindCase.SEATS_HELD));
        assertThat(driver.send(hold("bob", "2", "A-1-1"))).isEqualTo(decision.outcome());
    }

    @Test
    void rulesNewerThanTheBuildStopTheThread() {
        CommandMeta meta = define("d", event()).getMeta();
        driver.sendSilently(adopt(meta, 1));

        assertThatThrownBy(() -> driver.sendSilently(adopt(meta, 2)))
                .rootCause()
                .hasMessage("rules version: 2 in partition 0 of seats (expected: at most 1; a newer build has been"
                        + " here)");
    }

    @Test
    void theTopologyIsAsReviewed() {
        assertThat(driver.description()).isEqualTo(SeatClaimDriver.golden("seat-claim-topology.txt"));
    }

    private static SeatCommand adopt(CommandMeta meta, int version) {
        return SeatCommand.newBuilder()
                .setMeta(meta)
                .setAdoptRules(AdoptRules.newBuilder().setVersion(version))
                .build();
    }

    private static SeatCommand withReplyTo(SeatCommand command, int partition, long epoch) {
        SeatCommand.Builder asking = command.toBuilder();
        asking.getMetaBuilder()
                .setReplyTo(ReplyAddress.newBuilder().setPartition(partition).setEpoch(epoch));
        return asking.build();
    }

    private static Position at(long offset) {
        return Position.newBuilder().setLog("seats").setOffset(offset).build();
    }

    private static String header(TestRecord<byte[], byte[]> letter, String name) {
        return new String(
                letter.headers().lastHeader("__streams.errors." + name).value(), UTF_8);
    }
}
