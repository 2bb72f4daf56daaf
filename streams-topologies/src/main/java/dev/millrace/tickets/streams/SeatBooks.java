package dev.millrace.tickets.streams;

import dev.millrace.streams.owner.OutcomeAges;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.tickets.rules.Decision;
import dev.millrace.tickets.rules.EventLayout;
import dev.millrace.tickets.rules.SeatBook;
import dev.millrace.tickets.rules.SeatBookChange;
import dev.millrace.tickets.rules.SeatRules;
import dev.millrace.tickets.topics.BookingIds;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingState;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.EventHead;
import dev.millrace.tickets.topics.v1.RememberedOutcome;
import dev.millrace.tickets.topics.v1.RowState;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.WireSerde;
import dev.millrace.topics.v1.Progress;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The books of all events of one partition: the store, and the indexes derived from it. Made anew from the store
 * whenever its task begins, so that nothing outlives an aborted transaction.
 */
final class SeatBooks implements AutoCloseable {
    static final WireSerde<BookingState> BOOKINGS = WireSerde.of(BookingState.getDefaultInstance());
    static final WireSerde<RememberedOutcome> REMEMBERED = WireSerde.of(RememberedOutcome.getDefaultInstance());
    static final WireSerde<Progress> PROGRESS = WireSerde.of(Progress.getDefaultInstance());
    private static final WireSerde<EventHead> HEADS = WireSerde.of(EventHead.getDefaultInstance());
    private static final WireSerde<Event> EVENTS = WireSerde.of(Event.getDefaultInstance());
    private static final WireSerde<RowState> ROWS = WireSerde.of(RowState.getDefaultInstance());
    private static final String STORE = SeatClaimTopology.STORE;

    private final int partition;
    private final KeyValueStore<Bytes, byte[]> store;
    private final SeatMaps maps;
    private final OwnedPartitions partitions;
    private final OwnedPartition owned;
    private final LiveHolds holds = new LiveHolds();
    private final OutcomeAges refusals = new OutcomeAges();
    private final SeenCommands seen = new SeenCommands();
    private Progress progress;

    SeatBooks(int partition, KeyValueStore<Bytes, byte[]> store, SeatMaps maps, OwnedPartitions partitions) {
        this.partition = partition;
        this.store = store;
        this.maps = maps;
        this.partitions = partitions;
        this.progress = progressIn(store.get(SeatBookKeys.PROGRESS));
        requireKnown(progress.getRulesVersion());
        try (KeyValueIterator<Bytes, byte[]> bookings =
                store.prefixScan(SeatBookKeys.BOOKINGS, new ByteArraySerializer())) {
            while (bookings.hasNext()) {
                Booking booking = BOOKINGS.decode(STORE, bookings.next().value).getBooking();
                holds.put(booking);
                BookingIds.commandOf(booking.getBookingId()).ifPresent(seen::add);
            }
        }
        try (KeyValueIterator<Bytes, byte[]> remembered =
                store.prefixScan(SeatBookKeys.REMEMBERED, new ByteArraySerializer())) {
            while (remembered.hasNext()) {
                KeyValue<Bytes, byte[]> one = remembered.next();
                CommandId command = SeatBookKeys.rememberedOf(one.key);
                refusals.add(command, REMEMBERED.decode(STORE, one.value).getAtMillis());
                seen.add(command);
            }
        }
        this.owned = partitions.open(partition, progress.getOffset());
    }

    /** Where a partition's state is, by the stored value; before the first command if there is none. */
    static Progress progressIn(byte @Nullable [] stored) {
        return stored == null
                ? Progress.newBuilder()
                        .setOffset(-1)
                        .setFactOffset(-1)
                        .setRulesVersion(SeatRules.VERSION_FIRST)
                        .build()
                : PROGRESS.decode(STORE, stored);
    }

    /** The book of one event, as of the newest command. */
    SeatBook of(String eventId) {
        return new Book(eventId);
    }

    LiveHolds holds() {
        return holds;
    }

    /** Offset of the newest command that made a fact, -1 if none did. */
    long factOffset() {
        return progress.getFactOffset();
    }

    /** Brings a decision into the books; {@link #done} must follow. */
    void apply(SeatCommand command, Decision decision, long recordedAtMillis) {
        Book book = new Book(command.getEventId());
        for (SeatFact fact : decision.facts()) {
            book.write(SeatBookChange.after(book, fact, command.getMeta()));
        }
        // A reminder has no body and nobody who would ask again.
        if (decision.remembered() && !command.getMeta().getBodyHash().isEmpty()) {
            remember(command, decision, recordedAtMillis);
        }
        book.publish();
    }

    private void remember(SeatCommand command, Decision decision, long atMillis) {
        CommandId commandId = CommandId.of(command.getMeta().getCommandId());
        RememberedOutcome remembered = RememberedOutcome.newBuilder()
                .setAtMillis(atMillis)
                .setBodyHash(command.getMeta().getBodyHash())
                .setOutcome(decision.outcome())
                .build();
        store.put(SeatBookKeys.remembered(commandId), REMEMBERED.encode(remembered));
        refusals.add(commandId, atMillis);
        seen.add(commandId);
        for (CommandId old : refusals.takeOld(atMillis)) {
            store.delete(SeatBookKeys.remembered(old));
        }
    }

    /** Decides by these rules from here on; older ones than the present don't come back. */
    void adopt(int rulesVersion) {
        requireKnown(rulesVersion);
        if (rulesVersion > progress.getRulesVersion()) {
            progress = progress.toBuilder().setRulesVersion(rulesVersion).build();
        }
    }

    /** Says that the command at this offset is in the books; the last write of each command. */
    void done(long offset, boolean madeFacts) {
        Progress.Builder next = progress.toBuilder().setOffset(offset);
        if (madeFacts) {
            next.setFactOffset(offset);
        }
        progress = next.build();
        store.put(SeatBookKeys.PROGRESS, PROGRESS.encode(progress));
        owned.decided(offset);
    }

    @Override
    public void close() {
        partitions.close(partition, owned);
        maps.drop(owned);
    }

    private void requireKnown(int rulesVersion) {
        if (rulesVersion > SeatRules.VERSION_NEWEST) {
            throw new IllegalStateException("rules version: " + rulesVersion + " in partition " + partition
                    + " of seats (expected: at most " + SeatRules.VERSION_NEWEST + "; a newer build has been here)");
        }
    }

    /** One event's book; what is written to it shows at once. */
    private final class Book implements SeatBook {
        private final String eventId;
        private @Nullable SeatMap map;
        private boolean changed;

        Book(String eventId) {
            this.eventId = eventId;
            this.map = maps.get(owned, eventId).orElseGet(() -> loaded(eventId));
        }

        private @Nullable SeatMap loaded(String event) {
            SeatMap loaded = new SeatMapReader(store).read(event).orElse(null);
            if (loaded != null) {
                maps.publish(owned, event, loaded);
            }
            return loaded;
        }

        void write(SeatBookChange change) {
            EventLayout layout = change.layout();
            SeatMap before = map;
            if (layout != null) {
                store.put(SeatBookKeys.event(eventId), EVENTS.encode(layout.event()));
                int rowsBefore = before == null ? 0 : before.layout().rows();
                for (int row = layout.rows(); row < rowsBefore; row++) {
                    store.delete(SeatBookKeys.row(eventId, row));
                }
            }
            change.rows().forEach((row, state) -> store.put(SeatBookKeys.row(eventId, row), ROWS.encode(state)));
            store.put(SeatBookKeys.head(eventId), HEADS.encode(change.head()));
            BookingState booking = change.booking();
            if (booking != null) {
                store.put(SeatBookKeys.booking(booking.getBooking().getBookingId()), BOOKINGS.encode(booking));
                holds.put(booking.getBooking());
                BookingIds.commandOf(booking.getBooking().getBookingId()).ifPresent(seen::add);
            }
            map = before != null ? before.after(change) : SeatMap.of(required(layout), change.head(), change.rows());
            changed = true;
        }

        void publish() {
            if (changed && map != null) {
                maps.publish(owned, eventId, map);
            }
        }

        @Override
        public @Nullable EventHead head() {
            return map == null ? null : map.head();
        }

        @Override
        public EventLayout layout() {
            return required(map).layout();
        }

        @Override
        public RowState row(int row) {
            return required(map).row(row);
        }

        @Override
        public @Nullable BookingState booking(String bookingId) {
            if (!BookingIds.commandOf(bookingId).map(seen::mayContain).orElse(false)) {
                return null;
            }
            byte[] stored = store.get(SeatBookKeys.booking(bookingId));
            if (stored == null) {
                return null;
            }
            BookingState state = BOOKINGS.decode(STORE, stored);
            return state.getBooking().getEventId().equals(eventId) ? state : null;
        }

        @Override
        public @Nullable RememberedOutcome remembered(CommandId commandId) {
            if (!seen.mayContain(commandId)) {
                return null;
            }
            byte[] stored = store.get(SeatBookKeys.remembered(commandId));
            return stored == null ? null : REMEMBERED.decode(STORE, stored);
        }

        @Override
        public @Nullable String holderOf(String ticketId) {
            return holds.holderOf(eventId, ticketId);
        }

        private <T> T required(@Nullable T value) {
            if (value == null) {
                throw new IllegalStateException("event: " + eventId + " (expected: one that is defined)");
            }
            return value;
        }
    }
}
