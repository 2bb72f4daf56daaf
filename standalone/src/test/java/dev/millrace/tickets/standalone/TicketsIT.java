package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.Api;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.tickets.standalone.history.HistoryCheck;
import dev.millrace.tickets.standalone.history.Observations;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Buying tickets over HTTP from the running system. */
@ExtendWith(OneSystem.class)
class TicketsIT {
    private final TestSystem system;
    private final Organiser organiser;

    TicketsIT(TestSystem system) {
        this.system = system;
        this.organiser = new Organiser(system.asOrganiser());
    }

    @Test
    void oneOfTwoRacingBuyersGetsASeatAndTheOtherIsToldWhichWasTaken() {
        String event = organiser.event(2, 600);
        for (String ticket : Organiser.row(0)) {
            CompletableFuture<Answer> alice = CompletableFuture.supplyAsync(() -> hold("alice", event, ticket));
            CompletableFuture<Answer> bob = CompletableFuture.supplyAsync(() -> hold("bob", event, ticket));
            List<Answer> answers = List.of(alice.join(), bob.join());

            assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(201, 409);
            Answer loser = answers.get(answers.get(0).status() == 409 ? 0 : 1);
            assertThat(loser.reason()).isEqualTo("SEAT_TAKEN");
            assertThat(loser.texts("tickets")).containsExactly(ticket);
        }
    }

    @Test
    void aRefusedClaimTakesNoneOfItsSeats() {
        String event = organiser.event(1, 600);
        List<String> row = Organiser.row(0);
        hold("alice", event, row.get(1));

        Answer bob = system.as("bob").hold(event, key(), row.subList(0, 3));
        Answer carol = hold("carol", event, row.get(0));

        assertThat(bob.status()).isEqualTo(409);
        assertThat(bob.texts("tickets")).containsExactly(row.get(1));
        assertThat(carol.status()).isEqualTo(201);
    }

    @Test
    void theSameCallAgainGetsTheSameAnswerAndAnotherBodyARefusal() {
        String event = organiser.event(1, 600);
        List<String> row = Organiser.row(0);
        Api alice = system.as("alice");
        String key = key();

        Answer first = alice.hold(event, key, row.subList(0, 2));
        Answer again = alice.hold(event, key, row.subList(0, 2));
        Answer other = alice.hold(event, key, row.subList(4, 5));

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.member("bookingId")).isEqualTo(first.member("bookingId"));
        assertThat(again.member("expiresAt")).isEqualTo(first.member("expiresAt"));
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.reason()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void aLapsedHoldGivesItsSeatsBack() {
        String event = organiser.event(1, 1);
        List<String> seats = Organiser.row(0).subList(0, 3);
        Answer held = system.as("alice").hold(event, key(), seats);
        assertThat(held.status()).isEqualTo(201);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> system.as("bob").hold(event, key(), seats).status() == 201);

        Answer lapsed = system.as("alice").get("/bookings/" + held.member("bookingId"));
        assertThat(lapsed.member("status")).isEqualTo("LAPSED");
    }

    @Test
    void oneReadsOnesOwnChangesByTheirPosition() {
        String event = organiser.event(1, 600);
        Api alice = system.as("alice-" + event);
        Answer held = alice.hold(event, key(), Organiser.row(0).subList(0, 2));
        String booking = held.member("bookingId");
        Answer confirmed = alice.post("/bookings/" + booking + "/payment", "{}", "Idempotency-Key", key());
        String position = confirmed.header("Millrace-Position").orElseThrow();

        Answer seatMap = alice.get("/events/" + event + "/seatmap", "Millrace-Position", position);
        Answer own = alice.get("/bookings/" + booking, "Millrace-Position", position);
        Answer list = alice.get("/bookings", "Millrace-Position", position);

        assertThat(confirmed.status()).isEqualTo(200);
        assertThat(seatMap.member("statuses")).startsWith("SSA");
        assertThat(own.member("status")).isEqualTo("CONFIRMED");
        assertThat(list.json().path("items").findValuesAsText("bookingId")).containsExactly(booking);
    }

    @Test
    void aCancelledBookingsSeatsAreOnSaleAgainAtOnce() {
        String event = organiser.event(1, 600);
        String seat = Organiser.row(0).get(0);
        Answer held = hold("alice", event, seat);

        Answer cancelled = system.as("alice").delete("/bookings/" + held.member("bookingId"), "Idempotency-Key", key());
        Answer bob = hold("bob", event, seat);

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.member("status")).isEqualTo("CANCELLED");
        assertThat(bob.status()).isEqualTo(201);
    }

    @Test
    void whatIsntFreeWaitsForPayments() {
        String event = organiser.event(1, 600, 4_500);
        Answer held = hold("alice", event, Organiser.row(0).get(0));

        Answer paid = system.as("alice")
                .post("/bookings/" + held.member("bookingId") + "/payment", "{}", "Idempotency-Key", key());

        assertThat(held.json().path("total").asLong()).isEqualTo(4_500);
        assertThat(paid.status()).isEqualTo(402);
        assertThat(paid.reason()).isEqualTo("PAYMENT_REQUIRED");
    }

    @Test
    void theLedgerSaysWhatTheLogSays() {
        String event = organiser.event(2, 600);
        for (String ticket : Organiser.row(1).subList(0, 5)) {
            hold("alice", event, ticket);
        }
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            try (Connection database = system.database()) {
                assertThat(HistoryCheck.isCaughtUp(system.bootstrap(), database))
                        .isTrue();
                Verdict verdict = HistoryCheck.read(system.bootstrap(), database, Set.of(event))
                        .verdict(new Observations());
                assertThat(verdict.contradictions()).isEmpty();
                assertThat(verdict.facts()).as("one definition and five claims").isEqualTo(6);
            }
        });
    }

    private Answer hold(String user, String event, String ticket) {
        return system.as(user).hold(event, key(), List.of(ticket));
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }
}
