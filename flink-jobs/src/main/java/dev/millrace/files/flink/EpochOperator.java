package dev.millrace.files.flink;

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
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Epochs that closed for groups of chunks in; markers of the next one out, as bytes of NamespaceCommands. There is one
 * task of it. An epoch is marked when the one before is closed for good: for all groups, in a checkpoint that is complete.
 * Markers that were written and forgotten with a failure are written again, as the same.
 */
final class EpochOperator extends AbstractStreamOperator<byte[]>
        implements OneInputStreamOperator<ClosedEpoch, byte[]> {
    private static final long serialVersionUID = 1;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** Not even a run's beginning is in a checkpoint yet. */
    private static final long NOTHING_SETTLED = -1;

    private final CollectionPlan plan;

    private transient String run;
    /** The newest epoch that closed, by group. */
    private transient Map<String, Long> closed;

    private transient ListState<ClosedEpoch> closedKept;
    private transient MarkedEpoch marked;
    private transient ListState<MarkedEpoch> markedKept;
    /** The newest epoch that is closed for all groups, by checkpoints that aren't known to be complete. */
    private transient NavigableMap<Long, Long> inCheckpoints;
    /** The same of the newest complete one. */
    private transient long settled;

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    EpochOperator(CollectionPlan plan) {
        this.plan = plan;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        run = CollectionRun.of(context, plan);
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
        if (settled < marked.epoch()
                || nowMillis < marked.atMillis() + plan.epochLasts().toMillis()) {
            return;
        }
        marked = new MarkedEpoch(marked.epoch() + 1, nowMillis);
        for (byte[] marker : EpochMarkers.of(run, marked.epoch(), plan.partitions())) {
            output.collect(new StreamRecord<>(marker));
        }
    }

    @Override
    public void processElement(StreamRecord<ClosedEpoch> element) {
        closed.merge(element.getValue().group(), element.getValue().epoch(), Math::max);
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
