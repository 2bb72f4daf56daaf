package dev.millrace.tickets.streams;

import dev.millrace.streams.owner.DeadLetters;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.Replies;
import dev.millrace.tickets.rules.Decision;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.topics.v1.Position;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Reads the event's book, decides, writes, forwards. */
final class SeatClaimProcessor implements Processor<String, SeatCommand, String, Object> {
    private static final Duration REMIND_EVERY = Duration.ofMillis(500);

    private final OwnedPartitions partitions;
    private final SeatMaps maps;
    private final LapseReminders reminders;
    private final DecisionMeters meters;
    private final SeatDecider decider;
    private @Nullable ProcessorContext<String, Object> context;
    private @Nullable SeatBooks books;
    private @Nullable Cancellable reminding;

    SeatClaimProcessor(
            OwnedPartitions partitions,
            SeatMaps maps,
            Reminders reminders,
            DecisionMeters meters,
            SeatDecider decider) {
        this.decider = decider;
        this.partitions = partitions;
        this.maps = maps;
        this.reminders = new LapseReminders(reminders);
        this.meters = meters;
    }

    /** Called again when a task is revived: the books are then read anew. */
    @Override
    public void init(ProcessorContext<String, Object> starting) {
        context = starting;
        KeyValueStore<Bytes, byte[]> store = starting.getStateStore(SeatClaimTopology.STORE);
        SeatBooks opened = new SeatBooks(starting.taskId().partition(), store, maps, partitions);
        books = opened;
        reminding = starting.schedule(
                REMIND_EVERY,
                PunctuationType.WALL_CLOCK_TIME,
                nowMillis -> reminders.sendDue(opened.holds(), nowMillis));
    }

    @Override
    public void process(Record<String, SeatCommand> command) {
        ProcessorContext<String, Object> out = required(context);
        SeatBooks state = required(books);
        RecordMetadata at = out.recordMetadata().orElseThrow();
        long begun = System.nanoTime();
        SeatCommand asked = command.value();
        Decision decision;
        if (asked.hasAdoptRules()) {
            state.adopt(asked.getAdoptRules().getVersion());
            decision = new Decision(
                    List.of(), SeatOutcome.newBuilder().setDone(true).build(), false);
        } else if (asked.getEventId().equals(command.key())) {
            decision = decider.decide(
                    state.of(asked.getEventId()), asked, command.timestamp(), position(at.partition(), at.offset()));
            state.apply(asked, decision, command.timestamp());
        } else {
            forwardMisrouted(out, command, at);
            state.done(at.offset(), false);
            return;
        }
        state.done(at.offset(), !decision.facts().isEmpty());
        forward(out, command, decision, state.factOffset() < 0 ? at.offset() : state.factOffset(), at.partition());
        count(decision, System.nanoTime() - begun);
    }

    /** A reply carries the newest fact's position, so that a wait for it in a view of the facts comes to an end. */
    private static void forward(
            ProcessorContext<String, Object> out,
            Record<String, SeatCommand> command,
            Decision decision,
            long replyOffset,
            int partition) {
        for (SeatFact fact : decision.facts()) {
            out.forward(command.withValue(fact), SeatClaimTopology.FACTS);
        }
        Replies.to(command.value().getMeta(), position(partition, replyOffset), decision.outcome())
                .ifPresent(reply -> out.forward(command.withValue(reply), Replies.sink()));
    }

    /** Decided here, it would give the event a second owner. */
    private static void forwardMisrouted(
            ProcessorContext<String, Object> out, Record<String, SeatCommand> command, RecordMetadata at) {
        out.forward(
                DeadLetters.of(
                        command,
                        TicketsTopics.SEAT_COMMANDS,
                        at,
                        "key: " + command.key() + " (expected: "
                                + command.value().getEventId() + ")"),
                SeatClaimTopology.MISROUTED);
    }

    private void count(Decision decision, long nanos) {
        meters.decided(nanos);
        if (decision.outcome().hasRefused()) {
            meters.refused(decision.outcome().getRefused().getReason().name());
        }
    }

    private static Position position(int partition, long offset) {
        return Position.newBuilder()
                .setLog(TicketsTopics.SEATS)
                .setPartition(partition)
                .setOffset(offset)
                .build();
    }

    @Override
    public void close() {
        // A revived task keeps its schedules, and this one knows only the holds of before.
        if (reminding != null) {
            reminding.cancel();
        }
        if (books != null) {
            books.close();
        }
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("a command before init");
        }
        return value;
    }
}
