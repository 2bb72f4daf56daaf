package dev.millrace.files.flink;

import com.google.protobuf.ByteString;
import dev.millrace.files.gc.ChunkLife;
import dev.millrace.files.gc.ChunkRules;
import dev.millrace.files.gc.ChunkStep;
import dev.millrace.files.packs.PackBuilder;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunks in, where each lies out: each is stored once, whoever sent it. Keyed by chunk: one task knows where a chunk
 * lies, or puts it into the pack that it has open. A pack is written when it is full, soon after its first chunk, or when
 * a checkpoint comes, which so never has bytes of chunks in it. Nobody is told a place before it is written.
 *
 * <p>What facts say of copies comes in beside the chunks. Of each copy there is a life ({@link ChunkRules}), and of each
 * group of chunks a list of the copies that nobody names, so that closing an epoch doesn't look at the others. Uploads
 * are given copies only whose storing this state knows of: of those that it knows from facts alone, as after a start
 * without a checkpoint, the bytes may be about to go. Of a copy that is deleted nothing is kept.
 *
 * <p>A state that is older than the newest deletions isn't gone on from ({@link EpochFence}). What can't be counted ends
 * the collection, and nothing else: its group closes no epoch any more, and none is marked.
 */
final class PackOperator extends WritingOperator<PlacedChunk>
        implements TwoInputStreamOperator<SentChunk, LogEvent, PlacedChunk> {
    static final OutputTag<ClosedEpoch> CLOSED = new OutputTag<>("closed", TypeInformation.of(ClosedEpoch.class));
    /** As bytes of ChunkFacts. */
    static final OutputTag<byte[]> DELETED =
            new OutputTag<>("deleted", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(PackOperator.class);
    private static final int HASH_CHARS = 64;

    /** Longer, and small files wait; shorter, and there are many small packs. */
    private static final Duration OPEN_AT_MOST = Duration.ofMillis(200);

    private final CollectionPlan plan;

    /** Empty if an earlier build began it. */
    private transient String run;

    private transient ListState<String> runKept;
    /** The newest epoch that was marked before this state began: all that is here came later. */
    private transient long began;

    private transient ListState<Long> beganKept;
    private transient boolean restored;
    private transient PackBuilder pack;
    /** Who sent each chunk of the open pack, in the pack's order. */
    private transient Map<String, List<SentBy>> senders;

    private transient boolean closesSoon;
    /** Of a chunk: the newest copy that was stored. */
    private transient ValueState<Place> places;
    /** Of a chunk: its copies, by the pack that each is in. */
    private transient MapState<String, ChunkLife> lives;
    /** Of a group: copies that no version names, as chunk and pack one behind the other. */
    private transient MapState<String, Boolean> unnamed;
    /** Of a group: the newest epoch that has passed each partition of namespaces. */
    private transient MapState<Integer, Long> passed;
    /** Of a group. */
    private transient ValueState<Long> closed;
    /** Of a group: something couldn't be counted, so nobody knows any more what is of use. */
    private transient ValueState<Boolean> stuck;

    private transient Counter storedBytes;
    private transient Counter savedBytes;
    private transient Counter condemned;
    private transient Counter revived;
    private transient Counter deleted;
    private transient Counter uncounted;

    private record SentBy(String uploadId, int index) {}

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    PackOperator(ContentStore.Access access, CollectionPlan plan) {
        super(access);
        this.plan = plan;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        restored = context.isRestored();
        runKept = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("run", Types.STRING));
        run = restored ? "" : plan.run();
        for (String one : runKept.get()) {
            run = one;
        }
        beganKept = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("began", Types.LONG));
        began = 0;
        for (long one : beganKept.get()) {
            began = Math.max(began, one);
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        pack = new PackBuilder(CommandId.random());
        senders = new LinkedHashMap<>();
        storedBytes = getMetricGroup().counter("packBytesWritten");
        savedBytes = getMetricGroup().counter("chunkBytesKnown");
        condemned = getMetricGroup().counter("copiesCondemned");
        revived = getMetricGroup().counter("copiesRevived");
        deleted = getMetricGroup().counter("copiesDeleted");
        places = getRuntimeContext().getState(new ValueStateDescriptor<>("places", TypeInformation.of(Place.class)));
        lives = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>("lives", Types.STRING, TypeInformation.of(ChunkLife.class)));
        unnamed = getRuntimeContext().getMapState(new MapStateDescriptor<>("unnamed", Types.STRING, Types.BOOLEAN));
        passed = getRuntimeContext().getMapState(new MapStateDescriptor<>("passed", Types.INT, Types.LONG));
        closed = getRuntimeContext().getState(new ValueStateDescriptor<>("closed", Types.LONG));
        stuck = getRuntimeContext().getState(new ValueStateDescriptor<>("stuck", Types.BOOLEAN));
        uncounted = getMetricGroup().counter("copiesUncounted");
        meetFence(new EpochFence(store).marked());
    }

    private void meetFence(EpochFence.Marked marked) throws Exception {
        if (!restored) {
            began = marked.epoch();
        }
        beganKept.update(List.of(began));
        runKept.update(List.of(run));
        TaskInfo task = getRuntimeContext().getTaskInfo();
        for (int group : KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                JobSettings.PARALLELISM_MAX, task.getNumberOfParallelSubtasks(), task.getIndexOfThisSubtask())) {
            setCurrentKey(ChunkGroups.all().get(group));
            if (stuck.value() != null) {
                uncounted.inc();
                LOG.error("no epoch is marked any more: something couldn't be counted before");
            }
            long atLeast = marked.closedAtLeast(run);
            if (closed() < atLeast) {
                throw new SuppressRestartsException(
                        new IllegalStateException("state to go on from: of epoch " + closed() + " (expected: at least "
                                + atLeast + ", as chunks were deleted since: the newest checkpoint, or none)"));
            }
        }
    }

    private long closed() throws IOException {
        Long known = closed.value();
        return Math.max(began, known == null ? 0 : known);
    }

    @Override
    public void processElement1(StreamRecord<SentChunk> element) throws Exception {
        SentChunk chunk = element.getValue();
        SentBy sender = new SentBy(chunk.uploadId(), chunk.index());
        List<SentBy> others = senders.get(chunk.sha256());
        if (others != null) {
            savedBytes.inc(chunk.bytes().length);
            others.add(sender);
            return;
        }
        Place place = places.value();
        if (place != null && isGiven(place)) {
            savedBytes.inc(chunk.bytes().length);
            PlacedChunk placed = placed(sender, chunk.sha256(), chunk.bytes().length, place);
            writes.then(() -> output.collect(new StreamRecord<>(placed)));
            return;
        }
        ByteString sha256 = Sha256.parse(chunk.sha256());
        if (!pack.add(sha256, chunk.bytes())) {
            closePack();
            pack.add(sha256, chunk.bytes());
        }
        senders.computeIfAbsent(chunk.sha256(), first -> new ArrayList<>()).add(sender);
        closeSoon();
    }

    private boolean isGiven(Place place) throws Exception {
        ChunkLife life = lives.get(place.pack());
        // Stored by a build that counted no references, and none has come yet: nothing can have condemned it.
        return life == null || ChunkRules.hit(life).outcome() == ChunkStep.Outcome.HIT;
    }

    private static PlacedChunk placed(SentBy sender, String sha256, int sizeBytes, Place place) {
        return new PlacedChunk(sender.uploadId(), sender.index(), sha256, sizeBytes, place);
    }

    private void closeSoon() {
        if (!closesSoon) {
            closesSoon = true;
            long now = getProcessingTimeService().getCurrentProcessingTime();
            var unused = getProcessingTimeService().registerTimer(now + OPEN_AT_MOST.toMillis(), time -> {
                closesSoon = false;
                closePack();
            });
        }
    }

    private void closePack() throws Exception {
        if (pack.isEmpty()) {
            return;
        }
        byte[] bytes = pack.build();
        ByteString sha256 = Sha256.of(bytes);
        String name = Sha256.hex(sha256);
        List<PlacedChunk> all = new ArrayList<>();
        for (ChunkPlace chunk : pack.places()) {
            String chunkName = Sha256.hex(chunk.getSha256());
            Place place = new Place(name, chunk.getOffset(), chunk.getPackedBytes(), chunk.getZstd());
            setCurrentKey(chunkName);
            places.update(place);
            lives.put(name, ChunkLife.stored());
            setCurrentKey(ChunkGroups.of(chunkName));
            unnamed.put(chunkName + name, true);
            senders.getOrDefault(chunkName, List.of())
                    .forEach(sender -> all.add(placed(sender, chunkName, chunk.getSizeBytes(), place)));
        }
        // Before anything is waited for: others may come meanwhile.
        pack.begin(CommandId.random());
        senders = new LinkedHashMap<>();
        storedBytes.inc(bytes.length);
        writes.add(ContentKeys.pack(sha256), bytes);
        writes.then(() -> all.forEach(placed -> output.collect(new StreamRecord<>(placed))));
    }

    @Override
    public void processElement2(StreamRecord<LogEvent> element) throws Exception {
        LogEvent event = element.getValue();
        switch (event.kind()) {
            case REFERENCED -> referenced(event);
            case RELEASED -> released(event);
            case PASSED -> passed(event);
        }
    }

    private void referenced(LogEvent event) throws Exception {
        ChunkLife before = lives.get(event.pack());
        // Its storing may be unknown: by an earlier build, or taken back by a failure. All that named it is in the log.
        ChunkStep step = ChunkRules.referenced(before == null ? ChunkLife.stored() : before);
        lives.put(event.pack(), step.life());
        if (step.outcome() == ChunkStep.Outcome.REVIVED) {
            revived.inc();
        }
        if (before != null && before.references() == 0) {
            setCurrentKey(ChunkGroups.of(event.key()));
            unnamed.remove(event.key() + event.pack());
        }
    }

    private void released(LogEvent event) throws Exception {
        ChunkLife before = lives.get(event.pack());
        if (before == null || before.references() == 0) {
            stop(ChunkGroups.of(event.key()), "a version is gone that never named the copy: " + event);
            return;
        }
        ChunkLife after = ChunkRules.released(before).life();
        lives.put(event.pack(), after);
        if (after.references() == 0) {
            setCurrentKey(ChunkGroups.of(event.key()));
            unnamed.put(event.key() + event.pack(), true);
        }
    }

    private void stop(String group, String why) throws Exception {
        setCurrentKey(group);
        uncounted.inc();
        if (stuck.value() == null) {
            stuck.update(true);
            output.collect(CLOSED, new StreamRecord<>(new ClosedEpoch(group, ClosedEpoch.STUCK)));
            LOG.error("no epoch is marked any more: {}", why);
        }
    }

    private void passed(LogEvent event) throws Exception {
        passed.put(event.partition(), event.epoch());
        long all = event.epoch();
        for (int partition = 0; partition < plan.partitions(); partition++) {
            Long one = passed.get(partition);
            all = Math.min(all, one == null ? 0 : one);
        }
        // One after the other: the next is marked when this one is closed. If ever not, one less goes.
        if (stuck.value() != null) {
            return;
        }
        if (all > closed()) {
            closeEpoch(event.key(), all);
        } else if (all > 0 && all == began && closed.value() == null) {
            // This state began with it. Whoever counts epochs may have begun a moment before, when it wasn't marked
            // yet.
            say(event.key(), all);
        }
    }

    private void closeEpoch(String group, long epoch) throws Exception {
        List<String> copies = new ArrayList<>();
        unnamed.keys().forEach(copies::add);
        List<String> gone = new ArrayList<>();
        for (String copy : copies) {
            setCurrentKey(chunkOf(copy));
            ChunkLife life = lives.get(packOf(copy));
            if (life == null) {
                stop(group, "a copy that nobody knows: " + copy);
                return;
            }
            ChunkStep step = ChunkRules.epochClosed(life, epoch);
            if (step.outcome() == ChunkStep.Outcome.DELETED) {
                gone.add(copy);
            } else {
                lives.put(packOf(copy), step.life());
                if (step.outcome() == ChunkStep.Outcome.CONDEMNED) {
                    condemned.inc();
                }
            }
        }
        for (String copy : gone) {
            setCurrentKey(chunkOf(copy));
            forget(chunkOf(copy), packOf(copy));
        }
        setCurrentKey(group);
        for (String copy : gone) {
            unnamed.remove(copy);
        }
        say(group, epoch);
    }

    private void say(String group, long epoch) throws IOException {
        closed.update(epoch);
        output.collect(CLOSED, new StreamRecord<>(new ClosedEpoch(group, epoch)));
    }

    private static String chunkOf(String copy) {
        return copy.substring(0, HASH_CHARS);
    }

    private static String packOf(String copy) {
        return copy.substring(HASH_CHARS);
    }

    /** It is deleted for good: no upload was given it that is still open, and no version names it. */
    private void forget(String chunk, String in) throws Exception {
        lives.remove(in);
        Place place = places.value();
        if (place != null && place.pack().equals(in)) {
            places.clear();
        }
        deleted.inc();
        long now = getProcessingTimeService().getCurrentProcessingTime();
        output.collect(DELETED, new StreamRecord<>(ChunkFacts.chunkDeleted(chunk, in, now)));
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        closePack();
        super.prepareSnapshotPreBarrier(checkpointId);
    }

    @Override
    public void finish() throws Exception {
        closePack();
        super.finish();
    }
}
