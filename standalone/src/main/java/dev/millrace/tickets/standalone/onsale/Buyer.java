package dev.millrace.tickets.standalone.onsale;

import dev.millrace.standalone.trial.Desk.Reply;
import dev.millrace.standalone.trial.Person;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One person's way through the sale: wants good seats next to each other, looks for others when they are gone, sends
 * again whatever got no final answer, and then confirms, cancels, leaves or comes too late. Some do things no one
 * should: the same claim twice at once, an old key with another wish.
 */
final class Buyer {
    private static final int WISHES_MAX = 5;
    private static final long RETRY_MILLIS = 300;
    private static final Set<Integer> NOT_FINAL = Set.of(0, 202, 429, 500, 502, 503, 504);

    private final Sale sale;
    private final Person person;
    private final SaleEvent event;
    private final Random random;
    private final Promise<Void> gone = Promise.promise();
    private int wishes;

    Buyer(Sale sale, Person person, SaleEvent event, Random random) {
        this.sale = sale;
        this.person = person;
        this.event = event;
        this.random = random;
    }

    /** Completes when this person has left. */
    Future<Void> buy(long intendedNanos) {
        wish(popular(), intendedNanos);
        return gone.future();
    }

    private void wish(List<String> tickets, long sinceNanos) {
        if (tickets.isEmpty() || wishes == WISHES_MAX) {
            leave(tickets.isEmpty() ? "found nothing left" : "gave up");
            return;
        }
        wishes++;
        String key = key();
        String body = new JsonObject().put("ticketIds", new JsonArray(tickets)).encode();
        if (random.nextInt(40) == 0) {
            // A double click.
            var unused = claim(key, body);
        }
        untilFinal(SaleCall.HOLD, sinceNanos, HttpMethod.POST, "/bookings/" + event.eventId(), key, body)
                .onSuccess(reply -> {
                    if (reply.status() == 201) {
                        holding(reply, key, body);
                    } else if (reply.reason().equals("SEAT_TAKEN")) {
                        pause(100, 800, () -> lookAgain(tickets.size()));
                    } else {
                        leave("was told " + reply.words());
                    }
                });
    }

    private Future<Reply> claim(String key, String body) {
        return sale.desk().call(person, HttpMethod.POST, "/bookings/" + event.eventId(), key, body, null);
    }

    private void lookAgain(int quantity) {
        sale.lookAtMap(event, null).onSuccess(statuses -> wish(free(statuses, quantity), System.nanoTime()));
    }

    private void holding(Reply held, String key, String body) {
        String bookingId = held.json().getString("bookingId");
        sale.heard(event, held.position());
        look(bookingId, held.position());
        int odd = random.nextInt(100);
        if (odd < 6) {
            // Sent again though it was answered: the same answer.
            var unused = claim(key, body);
        } else if (odd < 9) {
            var unused = claim(
                    key,
                    new JsonObject()
                            .put(
                                    "ticketIds",
                                    new JsonArray(List.of(event.tickets().get(odd))))
                            .encode());
        } else if (odd < 25) {
            sale.lookAtMap(event, held.position());
        }
        int choice = random.nextInt(100);
        String path = "/bookings/" + bookingId;
        if (choice < 55) {
            pause(200, 3_000, () -> end(SaleCall.CONFIRM, HttpMethod.POST, path + "/payment", bookingId));
        } else if (choice < 70) {
            pause(200, 3_000, () -> end(SaleCall.CANCEL, HttpMethod.DELETE, path, bookingId));
        } else if (choice < 85) {
            long late = TimeUnit.SECONDS.toMillis(event.holdSeconds()) + 500;
            if (sale.goesOnFor(late)) {
                pause(late, late + 2_000, () -> end(SaleCall.CONFIRM, HttpMethod.POST, path + "/payment", bookingId));
            } else {
                leave("left the hold to lapse");
            }
        } else {
            leave("left the hold to lapse");
        }
    }

    private void end(SaleCall kind, HttpMethod method, String path, String bookingId) {
        String key = key();
        untilFinal(kind, System.nanoTime(), method, path, key, "").onSuccess(reply -> {
            sale.heard(event, reply.position());
            look(bookingId, reply.status() == 200 ? reply.position() : null);
            if (random.nextInt(20) == 0) {
                var unused = sale.desk().call(person, method, path, key, "", null);
            }
            leave(
                    reply.status() != 200
                            ? "came too late: " + reply.reason()
                            : kind == SaleCall.CONFIRM ? "bought" : "cancelled");
        });
    }

    /** One's own booking, as of this position. */
    private void look(String bookingId, @Nullable String position) {
        long began = System.nanoTime();
        sale.desk()
                .call(person, HttpMethod.GET, "/bookings/" + bookingId, null, "", position)
                .onSuccess(reply ->
                        sale.figures().done(SaleCall.OWN_BOOKING, began, reply.words(), reply.status() == 200));
    }

    /** The same call with the same key until its answer is final, as long as anybody would try. */
    private Future<Reply> untilFinal(
            SaleCall kind, long sinceNanos, HttpMethod method, String path, String key, String body) {
        Promise<Reply> last = Promise.promise();
        attempt(kind, sinceNanos, method, path, key, body, last);
        return last.future();
    }

    private void attempt(
            SaleCall kind,
            long sinceNanos,
            HttpMethod method,
            String path,
            String key,
            String body,
            Promise<Reply> last) {
        sale.desk().call(person, method, path, key, body, null).onSuccess(reply -> {
            boolean inProgress = reply.reason().equals("IN_PROGRESS");
            boolean undecided = NOT_FINAL.contains(reply.status()) || inProgress;
            if (undecided && sale.isPatient()) {
                sale.figures().retried();
                pause(RETRY_MILLIS, 2 * RETRY_MILLIS, () -> attempt(kind, sinceNanos, method, path, key, body, last));
            } else {
                sale.figures().done(kind, sinceNanos, reply.words(), !undecided);
                last.complete(reply);
            }
        });
    }

    private void leave(String how) {
        sale.figures().became(how);
        gone.complete();
    }

    /** Seats side by side near the front, the nearer the likelier. */
    private List<String> popular() {
        int rows = event.tickets().size() / SaleEvent.ROW_SEATS;
        int row = Math.min(rows - 1, (int) Math.floor(-Math.log(1 - random.nextDouble()) * rows / 5));
        int quantity = 1 + random.nextInt(4);
        int first = random.nextInt(SaleEvent.ROW_SEATS - quantity + 1);
        int from = row * SaleEvent.ROW_SEATS + first;
        return event.tickets().subList(from, from + quantity);
    }

    /** Free seats side by side where the map shows some, not always the first. */
    private List<String> free(String statuses, int quantity) {
        List<Integer> starts = new ArrayList<>();
        for (int from = 0; from + quantity <= statuses.length() && starts.size() < 20; from++) {
            boolean oneRow = from / SaleEvent.ROW_SEATS == (from + quantity - 1) / SaleEvent.ROW_SEATS;
            if (oneRow && statuses.substring(from, from + quantity).equals("A".repeat(quantity))) {
                starts.add(from);
            }
        }
        if (starts.isEmpty()) {
            return quantity == 1 ? List.of() : free(statuses, 1);
        }
        int from = starts.get(random.nextInt(starts.size()));
        return event.tickets().subList(from, from + quantity);
    }

    private String key() {
        return "sale-" + Long.toHexString(random.nextLong());
    }

    private void pause(long minMillis, long maxMillis, Runnable then) {
        long millis = minMillis + random.nextInt((int) (maxMillis - minMillis + 1));
        sale.vertx().setTimer(millis, fired -> then.run());
    }
}
