package dev.millrace.streams.owner;

import com.google.protobuf.MessageLite;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.Progress;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Reads what is known under the command's key, decides, writes, forwards. */
final class KeyedProcessor<C extends MessageLite, S extends MessageLite, F extends MessageLite, O extends MessageLite>
        implements Processor<String, C, String, Object> {
    private final KeyedTopology.Log<C, F> log;
    private final KeyedState<S> state;
    private final S empty;
    private final KeyedRules<C, S, F, O> rules;
    private final OwnedPartitions partitions;
    private final DecisionMeters meters;
    private @Nullable Task task;

    /** What belongs to one run of the task, and ends with it. */
    private record Task(
            ProcessorContext<String, Object> context,
            KeyValueStore<Bytes, byte[]> store,
            int partition,
            OwnedPartition owned) {}

    KeyedProcessor(
            KeyedTopology.Log<C, F> log,
            KeyedState<S> state,
            S empty,
            KeyedRules<C, S, F, O> rules,
            OwnedPartitions partitions,
            DecisionMeters meters) {
        this.log = log;
        this.state = state;
        this.empty = empty;
        this.rules = rules;
        this.partitions = partitions;
        this.meters = meters;
    }

    /** Called again when a task is revived. */
    @Override
    public void init(ProcessorContext<String, Object> context) {
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(state.store());
        int partition = context.taskId().partition();
        Progress progress = state.progress(store);
        requireKnown(progress.getRulesVersion(), partition);
        task = new Task(context, store, partition, partitions.open(partition, progress.getOffset()));
    }

    @Override
    public void process(Record<String, C> command) {
        Task here = task;
        if (here == null) {
            throw new IllegalStateException("a command before init");
        }
        long begun = System.nanoTime();
        RecordMetadata at = here.context().recordMetadata().orElseThrow();
        Progress progress = state.progress(here.store());
        Optional<AdoptRules> adopted = rules.adoptedBy(command.value());
        if (adopted.isPresent()) {
            int version = adopted.get().getVersion();
            requireKnown(version, here.partition());
            done(here, progress.toBuilder().setRulesVersion(Math.max(version, progress.getRulesVersion())), at);
        } else if (rules.keyOf(command.value()).equals(command.key())) {
            decide(here, command, progress, at);
            meters.decided(System.nanoTime() - begun);
        } else {
            // Decided here, it would give the key a second owner.
            String reason = "key: " + command.key() + " (expected: " + rules.keyOf(command.value()) + ")";
            here.context().forward(DeadLetters.of(command, log.commands(), at, reason), log.misroutedSink());
            done(here, progress.toBuilder(), at);
        }
    }

    private void decide(Task here, Record<String, C> command, Progress progress, RecordMetadata at) {
        S before = state.get(here.store(), command.key()).orElse(empty);
        KeyedRules.Decided<F, O> decided =
                rules.decide(before, command.value(), command.timestamp(), position(at, at.offset()));
        Optional<F> fact = decided.fact();
        Progress.Builder next = progress.toBuilder();
        if (fact.isPresent()) {
            state.put(here.store(), command.key(), rules.after(before, fact.get(), rules.metaOf(command.value())));
            next.setFactOffset(at.offset());
            here.context().forward(command.withValue(fact.get()), log.factSink());
        }
        done(here, next, at);
        decided.refusal().ifPresent(meters::refused);
        Replies.to(rules.metaOf(command.value()), position(at, Math.max(next.getFactOffset(), 0)), decided.outcome())
                .ifPresent(reply -> here.context().forward(command.withValue(reply), Replies.sink()));
    }

    private void done(Task here, Progress.Builder next, RecordMetadata at) {
        state.putProgress(here.store(), next.setOffset(at.offset()).build());
        here.owned().decided(at.offset());
    }

    private Position position(RecordMetadata at, long offset) {
        return Position.newBuilder()
                .setLog(log.commands().log())
                .setPartition(at.partition())
                .setOffset(offset)
                .build();
    }

    private void requireKnown(int rulesVersion, int partition) {
        if (rulesVersion > rules.versionNewest()) {
            throw new IllegalStateException("rules version: " + rulesVersion + " in partition " + partition + " of "
                    + log.commands().log() + " (expected: at most " + rules.versionNewest()
                    + "; a newer build has been here)");
        }
    }

    @Override
    public void close() {
        if (task != null) {
            partitions.close(task.partition(), task.owned());
        }
    }
}
