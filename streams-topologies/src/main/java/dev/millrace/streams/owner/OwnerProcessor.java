package dev.millrace.streams.owner;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.RememberedReply;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Looks whether a command was answered before, else has it decided, and forwards what comes of it. */
final class OwnerProcessor<C extends MessageLite, O extends MessageLite>
        implements Processor<String, C, String, Object> {
    private static final Duration REMIND_EVERY = Duration.ofMillis(500);

    private final TopicSpec<C> commands;
    private final String store;
    private final String misroutedSink;
    private final OwnerRules<C, O> rules;
    private final OwnedPartitions partitions;
    private final DecisionMeters meters;
    private final @Nullable OwnerReminders reminders;
    private @Nullable Task task;
    private @Nullable Cancellable reminding;

    /** What belongs to one run of the task, and ends with it. */
    private record Task(
            ProcessorContext<String, Object> context,
            KeyValueStore<Bytes, byte[]> store,
            CommandMemory memory,
            int partition,
            OwnedPartition owned) {}

    OwnerProcessor(
            TopicSpec<C> commands,
            String store,
            String misroutedSink,
            OwnerRules<C, O> rules,
            OwnedPartitions partitions,
            DecisionMeters meters,
            @Nullable OwnerReminders reminders) {
        this.commands = commands;
        this.store = store;
        this.misroutedSink = misroutedSink;
        this.rules = rules;
        this.partitions = partitions;
        this.meters = meters;
        this.reminders = reminders;
    }

    /** Called again when a task is revived. */
    @Override
    public void init(ProcessorContext<String, Object> context) {
        KeyValueStore<Bytes, byte[]> kept = context.getStateStore(store);
        CommandMemory memory = new CommandMemory(kept);
        int partition = context.taskId().partition();
        requireKnown(memory.progress().getRulesVersion(), partition);
        rules.begin(kept);
        task = new Task(
                context,
                kept,
                memory,
                partition,
                partitions.open(partition, memory.progress().getOffset()));
        stopReminding();
        OwnerReminders ours = reminders;
        if (ours != null) {
            reminding = context.schedule(
                    REMIND_EVERY, PunctuationType.WALL_CLOCK_TIME, nowMillis -> ours.sendDue(kept, nowMillis));
        }
    }

    /** A revived task keeps its schedules, and that one knows only the store of before. */
    private void stopReminding() {
        if (reminding != null) {
            reminding.cancel();
        }
    }

    @Override
    public void process(Record<String, C> command) {
        Task here = task;
        if (here == null) {
            throw new IllegalStateException("a command before init");
        }
        long begun = System.nanoTime();
        RecordMetadata at = here.context().recordMetadata().orElseThrow();
        Optional<AdoptRules> adopted = rules.adoptedBy(command.value());
        if (adopted.isPresent()) {
            requireKnown(adopted.get().getVersion(), here.partition());
            here.memory().adopt(adopted.get().getVersion());
            done(here, at, false);
        } else if (rules.keyOf(command.value()).equals(command.key())) {
            answerOrDecide(here, command, at);
            meters.decided(System.nanoTime() - begun);
        } else {
            // Decided here, it would give the key a second owner.
            String reason = "key: " + command.key() + " (expected: " + rules.keyOf(command.value()) + ")";
            here.context().forward(DeadLetters.of(command, commands, at, reason), misroutedSink);
            done(here, at, false);
        }
    }

    private void answerOrDecide(Task here, Record<String, C> command, RecordMetadata at) {
        CommandMeta meta = rules.metaOf(command.value());
        // Our own commands have no body, and nobody who would ask again.
        boolean mayRepeat = !meta.getBodyHash().isEmpty();
        RememberedReply before = mayRepeat ? here.memory().replyTo(meta) : null;
        ByteString outcome;
        if (before == null) {
            outcome = decide(here, command, at, mayRepeat);
        } else {
            outcome = before.getBodyHash().equals(meta.getBodyHash())
                    ? before.getOutcome()
                    : rules.keyReused().toByteString();
            done(here, at, false);
        }
        // The newest fact's place, so that a wait for it in a view of the facts comes to an end.
        long factOffset = Math.max(0, here.memory().progress().getFactOffset());
        Replies.to(meta, position(at, factOffset), outcome)
                .ifPresent(reply -> here.context().forward(command.withValue(reply), Replies.sink()));
    }

    private ByteString decide(Task here, Record<String, C> command, RecordMetadata at, boolean mayRepeat) {
        OwnerRules.Decided<O> decided =
                rules.decide(here.store(), command.value(), command.timestamp(), position(at, at.offset()));
        if (decided.remembered() && mayRepeat) {
            here.memory().remember(rules.metaOf(command.value()), decided.outcome(), command.timestamp());
        }
        done(here, at, !decided.emitted().isEmpty());
        for (OwnerRules.Emitted one : decided.emitted()) {
            here.context().forward(command.withKey(one.key()).withValue(one.value()), one.sink());
        }
        decided.refusal().ifPresent(meters::refused);
        return decided.outcome().toByteString();
    }

    private static void done(Task here, RecordMetadata at, boolean madeFacts) {
        here.memory().done(at.offset(), madeFacts);
        here.owned().decided(at.offset());
    }

    private Position position(RecordMetadata at, long offset) {
        return Position.newBuilder()
                .setLog(commands.log())
                .setPartition(at.partition())
                .setOffset(offset)
                .build();
    }

    private void requireKnown(int rulesVersion, int partition) {
        if (rulesVersion > rules.versionNewest()) {
            throw new IllegalStateException("rules version: " + rulesVersion + " in partition " + partition + " of "
                    + commands.log() + " (expected: at most " + rules.versionNewest()
                    + "; a newer build has been here)");
        }
    }

    @Override
    public void close() {
        stopReminding();
        if (task != null) {
            partitions.close(task.partition(), task.owned());
        }
    }
}
