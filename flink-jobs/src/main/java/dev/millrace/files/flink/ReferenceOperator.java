package dev.millrace.files.flink;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.gc.Passage;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.content.ManifestLeaves;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.MarkEpoch;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Facts in, in their partition's order; out, in the same order, which copies of chunks versions name that come and go,
 * and which epochs have passed the partition, the latter to every group of chunks. Keyed by partition. Manifests are read
 * on the task's thread: nothing may overtake what comes of a fact. Of uploads only those are kept that are being verified
 * ({@link Passage}, here with a state for each part of it, as there may be many).
 */
final class ReferenceOperator extends StoreOperator<LogEvent> implements OneInputStreamOperator<byte[], LogEvent> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ReferenceOperator.class);

    private final CollectionPlan plan;

    private transient ManifestLeaves manifests;
    private transient String run;
    private transient ValueState<Long> met;
    private transient MapState<String, Long> begun;
    /** What groups of chunks were told. */
    private transient ValueState<Long> told;
    /** A manifest couldn't be read: what it names isn't known, so no epoch passes any more and nothing is released. */
    private transient ValueState<Boolean> stuck;

    private transient Counter unreadable;

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    ReferenceOperator(ContentStore.Access access, CollectionPlan plan) {
        super(access);
        this.plan = plan;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        run = CollectionRun.of(context, plan);
    }

    @Override
    public void open() throws Exception {
        super.open();
        manifests = new ManifestLeaves(store);
        unreadable = getMetricGroup().counter("manifestsUnreadable");
        met = getRuntimeContext().getState(new ValueStateDescriptor<>("met", Types.LONG));
        begun = getRuntimeContext().getMapState(new MapStateDescriptor<>("begun", Types.STRING, Types.LONG));
        told = getRuntimeContext().getState(new ValueStateDescriptor<>("told", Types.LONG));
        stuck = getRuntimeContext().getState(new ValueStateDescriptor<>("stuck", Types.BOOLEAN));
    }

    @Override
    public void processElement(StreamRecord<byte[]> element) throws Exception {
        NamespaceFact fact = NamespaceFact.parseFrom(element.getValue());
        int partition = fact.getPosition().getPartition();
        if (fact.hasEpochMarked()) {
            marker(partition, fact.getEpochMarked());
            return;
        }
        // Before the upload that made it is over.
        if (fact.hasVersion()) {
            each(LogEvent.Kind.REFERENCED, partition, fact.getVersion());
        }
        for (Version version : fact.getPurgedVersionsList()) {
            each(LogEvent.Kind.RELEASED, partition, version);
        }
        if (fact.hasUpload()) {
            String upload = FileIds.text(fact.getNamespaceId(), fact.getUpload().getUploadId());
            if (fact.getKind() == ChangeKind.CHANGE_UPLOAD_COMPLETED) {
                begin(upload);
            } else if (isOver(fact.getUpload().getStatus())) {
                over(partition, upload);
            }
        }
    }

    private void marker(int partition, MarkEpoch marker) throws Exception {
        if (marker.getRun().equals(CommandId.parse(run).bytes())) {
            met.update(Math.max(known(met), marker.getEpoch()));
            tell(partition);
        }
    }

    private void begin(String upload) throws Exception {
        if (!begun.contains(upload)) {
            begun.put(upload, known(met));
        }
    }

    private void over(int partition, String upload) throws Exception {
        Long since = begun.get(upload);
        begun.remove(upload);
        // One that began after the newest marker held up none.
        if (since != null && since < known(met)) {
            tell(partition);
        }
    }

    private static boolean isOver(UploadStatus status) {
        return switch (status) {
            case UPLOAD_COMPLETED, UPLOAD_CONFLICT, UPLOAD_REJECTED, UPLOAD_ABANDONED, UPLOAD_FORGOTTEN -> true;
            default -> false;
        };
    }

    private void tell(int partition) throws Exception {
        Map<String, Long> verifying = new HashMap<>();
        for (Map.Entry<String, Long> upload : begun.entries()) {
            verifying.put(upload.getKey(), upload.getValue());
        }
        long passed = new Passage(known(met), verifying).passed();
        if (passed <= known(told)) {
            return;
        }
        if (stuck.value() != null) {
            // With each marker, and those are sent again: nobody has to look for the first time it was said.
            unreadable.inc();
            LOG.error("a manifest in partition {} couldn't be read, and no epoch closes any more", partition);
        } else {
            told.update(passed);
            for (String group : ChunkGroups.all()) {
                output.collect(new StreamRecord<>(LogEvent.passed(group, partition, passed)));
            }
        }
    }

    private static long known(ValueState<Long> epoch) throws IOException {
        Long value = epoch.value();
        return value == null ? 0 : value;
    }

    private void each(LogEvent.Kind kind, int partition, Version version) throws Exception {
        boolean released = kind == LogEvent.Kind.RELEASED;
        if (!version.hasManifest() || (released && stuck.value() != null)) {
            return;
        }
        try {
            manifests.each(version.getManifest(), leaf -> said(kind, partition, leaf));
        } catch (FileNotFoundException | InvalidProtocolBufferException e) {
            unreadable.inc();
            stuck.update(true);
            LOG.error(
                    "a manifest below {} in partition {} can't be read, and no epoch closes any more: {}",
                    Sha256.hex(version.getManifest().getSha256()),
                    partition,
                    e.toString());
        }
    }

    private void said(LogEvent.Kind kind, int partition, Manifest leaf) throws InvalidProtocolBufferException {
        for (ChunkPlace chunk : leaf.getChunksList()) {
            if (chunk.getPack() < 0 || chunk.getPack() >= leaf.getPacksCount()) {
                throw new InvalidProtocolBufferException("pack " + chunk.getPack() + " of " + leaf.getPacksCount());
            }
            String pack = Sha256.hex(leaf.getPacks(chunk.getPack()));
            output.collect(new StreamRecord<>(LogEvent.ofCopy(kind, Sha256.hex(chunk.getSha256()), pack, partition)));
        }
    }
}
