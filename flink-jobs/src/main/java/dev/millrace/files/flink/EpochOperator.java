package dev.millrace.files.flink;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Epochs that closed for groups of chunks in; markers of the next one out, as bytes of NamespaceCommands. There is one
 * task of it. An epoch is marked when the one before is closed for good: for all groups, in a checkpoint that is complete.
 * Markers that were written and forgotten with a failure are written again, as the same, and so are those of an epoch
 * that stays open longer than one lasts: an owner of namespaces of an earlier build may have dropped them. Once a group is
 * stuck nothing is marked any more.
 *
 * <p>Epochs count on from the newest that any run has marked ({@link EpochFence}); what another run marked, or this one and
 * then forgot, isn't followed by the next before it is closed here too.
 */
final class EpochOperator extends StoreOperator<byte[]> implements OneInputStreamOperator<ClosedEpoch, byte[]> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(EpochOperator.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** Not even a run's beginning is in a checkpoint yet. */
    private static final long NOTHING_SETTLED = -1;

    private final CollectionPlan plan;

    private transient String run;
    private transient boolean restored;
    /** The newest epoch that closed, by group. */
    private transient Map<String, Long> closed;

    private transient ListState<ClosedEpoch> closedKept;
    private transient MarkedEpoch marked;
    private transient ListState<MarkedEpoch> markedKept;
    /** When the newest markers were written, or, by one that was given up, may have been. */
    private transient long sentAtMillis;

    private transient EpochFence fence;
    /** The newest epoch that is closed for all groups, by checkpoints that aren't known to be complete. */
    private transient NavigableMap<Long, Long> inCheckpoints;
    /** The same of the newest complete one. */
    private transient long settled;

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    EpochOperator(ContentStore.Access access, CollectionPlan plan) {
        super(access);
        this.plan = plan;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        run = CollectionRun.of(context, plan);
        restored = context.isRestored();
        closedKept = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>("closed", TypeInformation.of(ClosedEpoch.class)));
        markedKept = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>("marked", TypeInformation.of(MarkedEpoch.class)));
        closed = new HashMap<>();
        for (ClosedEpoch one : closedKept.get()) {
            closed.put(one.group(), one.epoch());
        }
        inCheckpoints = new TreeMap<>();
        settled = NOTHING_SETTLED;
        marked = new MarkedEpoch(0, getProcessingTimeService().getCurrentProcessingTime());
        for (MarkedEpoch before : markedKept.get()) {
            marked = before;
            settled = closedForAll();
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        fence = new EpochFence(store);
        sentAtMillis = getProcessingTimeService().getCurrentProcessingTime();
        if (!restored) {
            long before = fence.marked().epoch();
            marked = new MarkedEpoch(before, marked.atMillis());
            ChunkGroups.all().forEach(group -> closed.put(group, before));
        }
        getMetricGroup().gauge("epochMarked", (Gauge<Long>) () -> marked.epoch());
        getMetricGroup().gauge("epochClosed", (Gauge<Long>) () -> settled);
        lookAgain();
    }

    private void lookAgain() {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        var unused = getProcessingTimeService().registerTimer(now + LOOK_EVERY.toMillis(), time -> {
            markIfDue(getProcessingTimeService().getCurrentProcessingTime());
            lookAgain();
        });
    }

    private void markIfDue(long nowMillis) {
        if (closedForAll() == ClosedEpoch.STUCK) {
            return;
        }
        if (settled >= marked.epoch()) {
            if (nowMillis >= marked.atMillis() + plan.epochLasts().toMillis()) {
                markNext(nowMillis);
            }
        } else if (settled != NOTHING_SETTLED
                && nowMillis >= sentAtMillis + plan.epochLasts().toMillis()) {
            send(nowMillis);
        }
    }

    private void markNext(long nowMillis) {
        try {
            EpochFence.Marked known = fence.marked();
            boolean forgotten = known.epoch() > marked.epoch();
            if (forgotten && restored && !known.isOf(run)) {
                // Whoever owns chunks is about to refuse this state; those of that run must not be refused for it.
                LOG.warn("nothing is marked, as another run has marked {}", known);
                return;
            }
            EpochFence.Marked next = new EpochFence.Marked(Math.max(known.epoch(), marked.epoch() + 1), run);
            if (!forgotten || !known.isOf(run)) {
                fence.mark(next);
            }
            marked = new MarkedEpoch(next.epoch(), nowMillis);
        } catch (IOException e) {
            // The epoch lasts a little longer: it is tried again at the next look.
            LOG.warn("the next epoch can't be marked yet: {}", e.toString());
            return;
        }
        send(nowMillis);
    }

    private void send(long nowMillis) {
        sentAtMillis = nowMillis;
        for (byte[] marker : EpochMarkers.of(run, marked.epoch(), plan.partitions())) {
            output.collect(new StreamRecord<>(marker));
        }
    }

    @Override
    public void processElement(StreamRecord<ClosedEpoch> element) {
        closed.merge(
                element.getValue().group(),
                element.getValue().epoch(),
                (before, now) ->
                        Math.min(before, now) == ClosedEpoch.STUCK ? ClosedEpoch.STUCK : Math.max(before, now));
    }

    private long closedForAll() {
        return ChunkGroups.all().stream()
                .mapToLong(group -> closed.getOrDefault(group, 0L))
                .min()
                .orElseThrow();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        List<ClosedEpoch> all = new ArrayList<>();
        closed.forEach((group, epoch) -> all.add(new ClosedEpoch(group, epoch)));
        closedKept.update(all);
        markedKept.update(List.of(marked));
        inCheckpoints.put(context.getCheckpointId(), closedForAll());
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        NavigableMap<Long, Long> complete = inCheckpoints.headMap(checkpointId, true);
        for (long one : complete.values()) {
            settled = Math.max(settled, one);
        }
        complete.clear();
    }
}
