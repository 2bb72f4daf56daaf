package dev.millrace.tickets.streams;

import static dev.millrace.tickets.rules.Commands.EVENT;
import static dev.millrace.tickets.rules.Commands.cancel;
import static dev.millrace.tickets.rules.Commands.define;
import static dev.millrace.tickets.rules.Commands.event;
import static dev.millrace.tickets.rules.Commands.eventOf;
import static dev.millrace.tickets.rules.Commands.hold;
import static dev.millrace.tickets.rules.Commands.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.StateReader.ChangingTooFast;
import dev.millrace.tickets.rules.Commands;
import dev.millrace.tickets.rules.Decision;
import dev.millrace.tickets.rules.SeatRules;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatMapView;
import dev.millrace.topics.v1.Position;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class SeatMapReaderTest {
    private final KeyValueStore<Bytes, byte[]> store =
            Stores.inMemoryKeyValueStore("seat-books").get();
    private final SeatBooks books = new SeatBooks(0, store, new SeatMaps(1_000_000), new OwnedPartitions());
    private long offset;

    private void apply(SeatCommand command) {
        Decision decision = SeatRules.decide(books.of(EVENT), command, 1_000 + offset, Position.getDefaultInstance());
        books.apply(command, decision, 1_000 + offset);
        books.done(offset++, !decision.facts().isEmpty());
    }

    @Test
    void aMapReadWhileClaimsAndNewLayoutsComeInIsNeverTorn() {
        apply(define("first", event()));
        AtomicBoolean writing = new AtomicBoolean(true);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 3_000; i++) {
                String key = "k" + i;
                apply(hold("ann", key, "A-1-1", "A-2-1"));
                apply(cancel("ann", "c" + i, Commands.bookingOf("ann", key)));
                if (i % 10 == 0) {
                    apply(define(key, i % 20 == 0 ? eventOf(row("2", 4, "free"), row("1", 2, "stalls")) : event()));
                }
            }
        });
        CompletableFuture<Void> done = writer.whenComplete((ok, failure) -> writing.set(false));
        int read = 0;
        while (writing.get() || read == 0) {
            try {
                SeatMapView view =
                        new SeatMapReader(store).read(EVENT).orElseThrow().view(Position.getDefaultInstance());
                String letters = view.getStatuses().toStringUtf8();
                long taken = letters.chars().filter(c -> c == 'R').count();
                // Both seats of the hold or none, and the counts of the same moment.
                assertThat(taken).as(letters).isIn(0L, 2L);
                assertThat(view.getAvailableList().stream().mapToInt(i -> i).sum())
                        .isEqualTo(letters.length() - (int) taken);
                read++;
            } catch (ChangingTooFast busy) {
                assertThat(writing).isTrue();
            }
        }
        done.join();
        assertThat(read).isPositive();
    }

    @Test
    void anEventThatIsNotDefinedHasNoMap() {
        assertThat(new SeatMapReader(store).read("no-such-event")).isEmpty();
    }
}
