package dev.millrace.tickets.streams;

import com.google.protobuf.ByteString;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.tickets.rules.Decision;
import dev.millrace.tickets.rules.EventLayout;
import dev.millrace.tickets.rules.SeatBook;
import dev.millrace.tickets.rules.SeatRules;
import dev.millrace.tickets.topics.v1.BookingState;
import dev.millrace.tickets.topics.v1.EventHead;
import dev.millrace.tickets.topics.v1.RememberedOutcome;
import dev.millrace.tickets.topics.v1.RowState;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.tickets.topics.v1.SeatRefusalReason;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.Position;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Seats claimed with a bug. */
public final class FaultyClaims {
    private static final int NOW_AND_THEN = 25;

    private final Supplier<SeatFault> fault;
    private final AtomicInteger chances = new AtomicInteger();
    private final Map<String, RowState> old = new ConcurrentHashMap<>();

    /** @param fault the bug of the moment */
    public FaultyClaims(Supplier<SeatFault> fault) {
        this.fault = fault;
    }

    public SeatClaimTopology topology(
            OwnedPartitions partitions, long mapBytesMax, Reminders reminders, DecisionMeters meters) {
        return new SeatClaimTopology(partitions, mapBytesMax, reminders, meters, this::decide, Around::new);
    }

    private boolean strikes() {
        return chances.incrementAndGet() % NOW_AND_THEN == 0;
    }

    private Decision decide(SeatBook book, SeatCommand command, long recordedAtMillis, Position position) {
        Decision right = SeatRules.decide(book, command, recordedAtMillis, position);
        boolean taken = right.outcome().getRefused().getReason() == SeatRefusalReason.SEAT_TAKEN;
        return switch (fault.get()) {
            case SKIPPED_CHECK ->
                taken && strikes()
                        ? SeatRules.decide(
                                new OtherRows(book, FaultyClaims::allFree), command, recordedAtMillis, position)
                        : right;
            case STALE_STATE ->
                command.hasHoldSeats() && book.head() != null
                        ? stale(book, command, recordedAtMillis, position, right)
                        : right;
            case OTHER_ANSWER -> repeated(right, command) ? otherAnswer(right) : right;
            default -> right;
        };
    }

    private Decision stale(
            SeatBook book, SeatCommand command, long recordedAtMillis, Position position, Decision right) {
        if (strikes()) {
            old.clear();
        }
        SeatBook asItWas =
                new OtherRows(book, (row, now) -> old.computeIfAbsent(command.getEventId() + " " + row, unseen -> now));
        try {
            return SeatRules.decide(asItWas, command, recordedAtMillis, position);
        } catch (IllegalStateException e) {
            // An old row and a new holder don't fit; such a bug would have been found at once.
            return right;
        }
    }

    private static RowState allFree(int row, RowState state) {
        return state.toBuilder()
                .setStatuses(ByteString.copyFrom(new byte[state.getStatuses().size()]))
                .build();
    }

    private static boolean repeated(Decision decision, SeatCommand command) {
        return command.hasHoldSeats()
                && decision.outcome().hasBooking()
                && decision.facts().isEmpty();
    }

    private static Decision otherAnswer(Decision right) {
        SeatOutcome.Builder other = right.outcome().toBuilder();
        other.getBookingBuilder().removeSeats(0);
        return new Decision(right.facts(), other.build(), right.remembered());
    }

    /** A book with other rows than it has. */
    private record OtherRows(SeatBook book, BiFunction<Integer, RowState, RowState> rows) implements SeatBook {
        @Override
        public @Nullable EventHead head() {
            return book.head();
        }

        @Override
        public EventLayout layout() {
            return book.layout();
        }

        @Override
        public RowState row(int row) {
            return rows.apply(row, book.row(row));
        }

        @Override
        public @Nullable BookingState booking(String bookingId) {
            return book.booking(bookingId);
        }

        @Override
        public @Nullable RememberedOutcome remembered(CommandId commandId) {
            return book.remembered(commandId);
        }

        @Override
        public @Nullable String holderOf(String ticketId) {
            return book.holderOf(ticketId);
        }
    }

    /** The real processor, with a context that loses or doubles facts. */
    private final class Around implements Processor<String, SeatCommand, String, Object> {
        private final Processor<String, SeatCommand, String, Object> real;

        Around(Processor<String, SeatCommand, String, Object> real) {
            this.real = real;
        }

        @Override
        @SuppressWarnings("unchecked")
        public void init(ProcessorContext<String, Object> context) {
            real.init((ProcessorContext<String, Object>) Proxy.newProxyInstance(
                    ProcessorContext.class.getClassLoader(),
                    new Class<?>[] {ProcessorContext.class},
                    (proxy, method, arguments) -> {
                        int times = 1;
                        if (method.getName().equals("forward") && isFact(List.of(arguments))) {
                            times = times();
                        }
                        Object result = null;
                        try {
                            for (int i = 0; i < times; i++) {
                                result = method.invoke(context, arguments);
                            }
                            return result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }));
        }

        private boolean isFact(List<Object> arguments) {
            return arguments.get(0) instanceof Record<?, ?> record
                    && record.value() instanceof SeatFact fact
                    && !fact.hasEventDefined();
        }

        private int times() {
            SeatFault now = fault.get();
            boolean breaks = now == SeatFault.LOST_FACT || now == SeatFault.DOUBLED_FACT;
            if (!breaks || !strikes()) {
                return 1;
            }
            return now == SeatFault.LOST_FACT ? 0 : 2;
        }

        @Override
        public void process(Record<String, SeatCommand> record) {
            real.process(record);
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
