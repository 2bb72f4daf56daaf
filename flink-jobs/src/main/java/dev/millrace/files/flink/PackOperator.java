package dev.millrace.files.flink;

import com.google.protobuf.ByteString;
import dev.millrace.files.packs.PackBuilder;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Chunks in, where each lies out: each is stored once, whoever sent it. Keyed by chunk: one task knows where a chunk
 * lies, or puts it into the pack that it has open. A pack is written when it is full, soon after its first chunk, or when
 * a checkpoint comes, which so never has bytes of chunks in it. Nobody is told a place before it is written.
 */
final class PackOperator extends WritingOperator<PlacedChunk>
        implements OneInputStreamOperator<SentChunk, PlacedChunk> {
    private static final long serialVersionUID = 1;
    private static final HexFormat HEX = HexFormat.of();

    /** Longer, and small files wait; shorter, and there are many small packs. */
    private static final Duration OPEN_AT_MOST = Duration.ofMillis(200);

    private transient PackBuilder pack;
    /** Who sent each chunk of the open pack, in the pack's order. */
    private transient Map<String, List<SentBy>> senders;

    private transient boolean closesSoon;
    private transient ValueState<Place> places;
    private transient Counter storedBytes;
    private transient Counter savedBytes;

    private record SentBy(String uploadId, int index) {}

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    PackOperator(ContentStore.Access access) {
        super(access);
    }

    @Override
    public void open() throws Exception {
        super.open();
        pack = new PackBuilder(CommandId.random());
        senders = new LinkedHashMap<>();
        storedBytes = getMetricGroup().counter("packBytesWritten");
        savedBytes = getMetricGroup().counter("chunkBytesKnown");
        places = getRuntimeContext().getState(new ValueStateDescriptor<>("places", TypeInformation.of(Place.class)));
    }

    @Override
    public void processElement(StreamRecord<SentChunk> element) throws Exception {
        SentChunk chunk = element.getValue();
        SentBy sender = new SentBy(chunk.uploadId(), chunk.index());
        List<SentBy> others = senders.get(chunk.sha256());
        if (others != null) {
            savedBytes.inc(chunk.bytes().length);
            others.add(sender);
            return;
        }
        Place place = places.value();
        if (place != null) {
            savedBytes.inc(chunk.bytes().length);
            PlacedChunk placed = placed(sender, chunk.sha256(), chunk.bytes().length, place);
            writes.then(() -> output.collect(new StreamRecord<>(placed)));
            return;
        }
        ByteString sha256 = ByteString.copyFrom(HEX.parseHex(chunk.sha256()));
        if (!pack.add(sha256, chunk.bytes())) {
            closePack();
            pack.add(sha256, chunk.bytes());
        }
        senders.computeIfAbsent(chunk.sha256(), first -> new ArrayList<>()).add(sender);
        closeSoon();
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
        String name = HEX.formatHex(sha256.toByteArray());
        List<PlacedChunk> all = new ArrayList<>();
        for (ChunkPlace chunk : pack.places()) {
            String chunkName = HEX.formatHex(chunk.getSha256().toByteArray());
            Place place = new Place(name, chunk.getOffset(), chunk.getPackedBytes(), chunk.getZstd());
            setCurrentKey(chunkName);
            places.update(place);
            senders.getOrDefault(chunkName, List.of())
                    .forEach(sender -> all.add(placed(sender, chunkName, chunk.getSizeBytes(), place)));
        }
        // Before anything is waited for: others may come meanwhile.
        pack = new PackBuilder(CommandId.random());
        senders = new LinkedHashMap<>();
        storedBytes.inc(bytes.length);
        writes.add(ContentKeys.pack(sha256), bytes);
        writes.then(() -> all.forEach(placed -> output.collect(new StreamRecord<>(placed))));
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
