package dev.millrace.tickets.streams;

import dev.millrace.streams.owner.DeadLetters;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.Replies;
import dev.millrace.tickets.rules.CatalogueRules;
import dev.millrace.tickets.rules.CatalogueRules.CatalogueDecision;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.CatalogueCommand;
import dev.millrace.tickets.topics.v1.CatalogueFact;
import dev.millrace.tickets.topics.v1.CatalogueOutcome;
import dev.millrace.tickets.topics.v1.CatalogueState;
import dev.millrace.tickets.topics.v1.Progress;
import dev.millrace.topics.WireSerde;
import dev.millrace.topics.v1.Position;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Reads what is defined, decides, writes, forwards. */
final class CatalogueProcessor implements Processor<String, CatalogueCommand, String, Object> {
    static final WireSerde<CatalogueState> STATES = WireSerde.of(CatalogueState.getDefaultInstance());

    private final OwnedPartitions partitions;
    private final DecisionMeters meters;
    private @Nullable Task task;

    /** What belongs to one run of the task, and ends with it. */
    private record Task(
            ProcessorContext<String, Object> context,
            KeyValueStore<Bytes, byte[]> store,
            int partition,
            OwnedPartition owned) {}

    CatalogueProcessor(OwnedPartitions partitions, DecisionMeters meters) {
        this.partitions = partitions;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(CatalogueTopology.STORE);
        int partition = context.taskId().partition();
        Progress progress = SeatBooks.progressIn(store.get(SeatBookKeys.PROGRESS));
        requireKnown(progress.getRulesVersion(), partition);
        task = new Task(context, store, partition, partitions.open(partition, progress.getOffset()));
    }

    @Override
    public void process(Record<String, CatalogueCommand> command) {
        Task here = task;
        if (here == null) {
            throw new IllegalStateException("a command before init");
        }
        long begun = System.nanoTime();
        RecordMetadata at = here.context().recordMetadata().orElseThrow();
        Progress progress = SeatBooks.progressIn(here.store().get(SeatBookKeys.PROGRESS));
        CatalogueCommand asked = command.value();
        if (asked.hasAdoptRules()) {
            int version = asked.getAdoptRules().getVersion();
            requireKnown(version, here.partition());
            done(here, progress.toBuilder().setRulesVersion(Math.max(version, progress.getRulesVersion())), at);
        } else if (CatalogueRules.keyOf(asked).equals(command.key())) {
            decide(here, command, progress, at);
            meters.decided(System.nanoTime() - begun);
        } else {
            String reason = "key: " + command.key() + " (expected: " + CatalogueRules.keyOf(asked) + ")";
            here.context()
                    .forward(
                            DeadLetters.of(command, TicketsTopics.CATALOGUE_COMMANDS, at, reason),
                            CatalogueTopology.MISROUTED);
            done(here, progress.toBuilder(), at);
        }
    }

    private void decide(Task here, Record<String, CatalogueCommand> command, Progress progress, RecordMetadata at) {
        Bytes key = CatalogueQueries.key(command.key());
        byte[] stored = here.store().get(key);
        CatalogueState state =
                stored == null ? CatalogueState.getDefaultInstance() : STATES.decode(CatalogueTopology.STORE, stored);
        CatalogueDecision decision =
                CatalogueRules.decide(state, command.value(), command.timestamp(), position(at, at.offset()));
        Optional<CatalogueFact> fact = decision.fact();
        Progress.Builder next = progress.toBuilder();
        if (fact.isPresent()) {
            CatalogueState after =
                    CatalogueRules.after(state, fact.get(), command.value().getMeta());
            here.store().put(key, STATES.encode(after));
            next.setFactOffset(at.offset());
            here.context().forward(command.withValue(fact.get()), CatalogueTopology.FACTS);
        }
        done(here, next, at);
        CatalogueOutcome outcome = decision.outcome();
        if (outcome.getKindCase() == CatalogueOutcome.KindCase.REFUSED) {
            meters.refused(outcome.getRefused().name());
        }
        Replies.to(command.value().getMeta(), position(at, Math.max(next.getFactOffset(), 0)), outcome)
                .ifPresent(reply -> here.context().forward(command.withValue(reply), Replies.sink()));
    }

    private static void done(Task here, Progress.Builder next, RecordMetadata at) {
        here.store()
                .put(
                        SeatBookKeys.PROGRESS,
                        SeatBooks.PROGRESS.encode(next.setOffset(at.offset()).build()));
        here.owned().decided(at.offset());
    }

    private static Position position(RecordMetadata at, long offset) {
        return Position.newBuilder()
                .setLog(TicketsTopics.CATALOGUE)
                .setPartition(at.partition())
                .setOffset(offset)
                .build();
    }

    private static void requireKnown(int rulesVersion, int partition) {
        if (rulesVersion > CatalogueRules.VERSION_NEWEST) {
            throw new IllegalStateException("rules version: " + rulesVersion + " in partition " + partition
                    + " of catalogue (expected: at most " + CatalogueRules.VERSION_NEWEST
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
