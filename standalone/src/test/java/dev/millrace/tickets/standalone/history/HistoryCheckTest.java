package dev.millrace.tickets.standalone.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.history.Exchange;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.tickets.topics.v1.SeatFact;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Each kind of contradiction is found, and a sale that is right is clean. */
class HistoryCheckTest {
    private final PlayedSale sale = new PlayedSale();

    @Test
    void aRightSaleIsClean() {
        String first = sale.hold("ann", "k1", "S-1-1", "S-1-2");
        sale.hold("bea", "k2", "S-1-2", "S-1-3");
        sale.hold("ann", "k1", "S-1-1", "S-1-2");
        sale.look();
        sale.confirm("ann", "k3", first);
        sale.confirm("ann", "k3", first);
        String lapsing = sale.hold("bea", "k4", "S-2-1");
        sale.passSeconds(61);
        sale.remind(lapsing);
        sale.look();
        sale.confirm("bea", "k5", lapsing);
        String late = sale.hold("cid", "k6", "S-2-2");
        sale.passSeconds(61);
        sale.hold("dan", "k7", "S-2-2", "S-2-3");
        sale.cancel("cid", "k8", late);
        sale.cancel("ann", "k9", first);
        sale.look();
        Verdict verdict = sale.project().verdict();
        assertThat(verdict.contradictions()).isEmpty();
        assertThat(verdict.line()).isEqualTo("verdict: clean (10 facts, 11 answers, 3 reads checked)");
    }

    @Test
    void aLostFactIsFound() {
        sale.hold("ann", "k1", "S-1-1");
        sale.facts.remove(1);
        finds("fact missing: SEATS_HELD");
    }

    @Test
    void aFactTwiceIsFound() {
        sale.hold("ann", "k1", "S-1-1");
        sale.facts.add(sale.facts.get(1));
        finds("fact without a command: SEATS_HELD");
    }

    @Test
    void anotherFactThanHadToBeDecidedIsFound() {
        sale.hold("ann", "k1", "S-1-1");
        SeatFact held = sale.facts.get(1);
        sale.facts.set(1, held.toBuilder().setAtMillis(held.getAtMillis() + 1).build());
        finds("fact differs");
    }

    @Test
    void twoHoldersOfASeatAreFoundFromTheFactsAlone() {
        sale.hold("ann", "k1", "S-1-1");
        sale.hold("bea", "k2", "S-1-1");
        SeatFact.Builder second = sale.facts.get(1).toBuilder().setSeatMapVersion(3);
        second.getSeatsHeldBuilder().setBookingId("e.other");
        sale.facts.add(second.build());
        finds("has two holders");
    }

    @Test
    void anAnswerThatWasNeverDecidedIsFound() {
        sale.hold("ann", "k1", "S-1-1");
        Exchange answered = sale.exchanges.get(0);
        sale.exchanges.add(new Exchange(
                "bea",
                "POST",
                "/bookings/e",
                "k9",
                answered.body(),
                null,
                201,
                answered.position(),
                answered.answer()));
        finds("is not on the log");
    }

    @Test
    void anAnswerThatDiffersFromTheDecisionIsFound() {
        sale.hold("ann", "k1", "S-1-1");
        Exchange right = sale.exchanges.get(0);
        JsonObject other = new JsonObject(right.answer());
        other.getJsonArray("tickets").getJsonObject(0).put("ticketId", "S-1-2");
        sale.exchanges.add(new Exchange(
                right.user(),
                right.method(),
                right.path(),
                right.idempotencyKey(),
                right.body(),
                null,
                201,
                right.position(),
                other.encode()));
        finds("was answered");
    }

    @Test
    void aPositionBeforeTheChangeItselfIsFound() {
        sale.hold("ann", "k1", "S-1-1");
        Exchange right = sale.exchanges.get(0);
        sale.exchanges.set(
                0,
                new Exchange(
                        right.user(),
                        right.method(),
                        right.path(),
                        right.idempotencyKey(),
                        right.body(),
                        null,
                        201,
                        "seats.3.0",
                        right.answer()));
        finds("was told position");
    }

    @Test
    void aSeatShownFreeThatWasTakenIsFound() {
        sale.hold("ann", "k1", "S-1-1");
        String wrong = "A" + sale.statuses().substring(1);
        sale.seen.saw(new SeatMapRead(PlayedSale.EVENT, null, sale.lastPosition(), sale.version(), wrong));
        finds("was shown wrong: seat 0 as A (expected: R)");
    }

    @Test
    void aMapOlderThanWhatItsReaderAskedForIsFound() {
        String before = sale.statuses();
        sale.hold("ann", "k1", "S-1-1");
        sale.seen.saw(new SeatMapRead(PlayedSale.EVENT, sale.lastPosition(), null, 1, before));
        finds("asked for seats.3.1 was version 1 (expected: 2 or later)");
    }

    @Test
    void aMapThatClaimsALaterPositionThanItShowsIsFound() {
        String before = sale.statuses();
        sale.hold("ann", "k1", "S-1-1");
        sale.seen.saw(new SeatMapRead(PlayedSale.EVENT, null, sale.lastPosition(), 1, before));
        finds("said to be at seats.3.1 was version 1");
    }

    @Test
    void anOwnBookingReadAsItWasBeforeIsFound() {
        String booking = sale.hold("ann", "k1", "S-1-1");
        String before = sale.exchanges.get(0).answer();
        sale.confirm("ann", "k2", booking);
        sale.exchanges.add(
                new Exchange("ann", "GET", "/bookings/" + booking, null, "", sale.lastPosition(), 200, null, before));
        finds("showed RESERVED");
    }

    @Test
    void aLedgerThatMissesABookingIsFound() {
        String booking = sale.hold("ann", "k1", "S-1-1");
        sale.project().ledger.remove(booking);
        assertThat(sale.verdict().contradictions())
                .singleElement()
                .asString()
                .contains("ledger has " + booking + " as null");
    }

    @Test
    void aBookingOnlyInTheLedgerIsFound() {
        String booking = sale.hold("ann", "k1", "S-1-1");
        sale.project().ledger.put("e.other", sale.ledger.get(booking));
        assertThat(sale.verdict().contradictions()).singleElement().asString().contains("no such booking");
    }

    private void finds(String contradiction) {
        Verdict verdict = sale.project().verdict();
        assertThat(verdict.clean()).isFalse();
        assertThat(verdict.line()).startsWith("verdict: BROKEN");
        assertThat(verdict.contradictions())
                .anySatisfy(found -> assertThat(found).contains(contradiction));
    }
}
