package dev.millrace.files.flink;

import dev.millrace.files.packs.ManifestNode;
import dev.millrace.files.packs.Packed;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.RejectionReason;
import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Places of an upload's chunks in, in any order, and what it is as a whole; what is to be told to its owner out, as bytes
 * of a NamespaceCommand. Keyed by upload. A leaf of its manifest is written when its chunks are complete, the rest of the
 * tree when all are; the owner is told when everything is written.
 */
final class ManifestOperator extends WritingOperator<byte[]>
        implements TwoInputStreamOperator<PlacedChunk, ReadUpload, byte[]> {
    private static final long serialVersionUID = 1;

    /** By index; of leaves that aren't complete. */
    private transient MapState<Integer, PlacedChunk> places;
    /** How many places of each leaf have come. */
    private transient MapState<Integer, Integer> leafChunks;
    /** What each leaf that is complete is called, as bytes of a ManifestRef. */
    private transient MapState<Integer, byte[]> leaves;

    private transient ValueState<Integer> placed;
    private transient ValueState<ReadUpload> read;

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    ManifestOperator(ContentStore.Access access) {
        super(access);
    }

    @Override
    public void open() throws Exception {
        super.open();
        places = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>("places", Types.INT, TypeInformation.of(PlacedChunk.class)));
        leafChunks = getRuntimeContext().getMapState(new MapStateDescriptor<>("leaf-chunks", Types.INT, Types.INT));
        leaves = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>(
                        "leaves", Types.INT, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        placed = getRuntimeContext().getState(new ValueStateDescriptor<>("placed", Types.INT));
        read = getRuntimeContext().getState(new ValueStateDescriptor<>("read", TypeInformation.of(ReadUpload.class)));
    }

    @Override
    public void processElement1(StreamRecord<PlacedChunk> element) throws Exception {
        PlacedChunk chunk = element.getValue();
        places.put(chunk.index(), chunk);
        int soFar = placedSoFar() + 1;
        placed.update(soFar);
        int leaf = chunk.index() / ManifestNode.CHILDREN_MAX;
        Integer before = leafChunks.get(leaf);
        int chunks = before == null ? 1 : before + 1;
        leafChunks.put(leaf, chunks);
        ReadUpload whole = read.value();
        if (whole != null && soFar == whole.chunks()) {
            end(whole);
        } else if (chunks == ManifestNode.CHILDREN_MAX) {
            writeLeaf(leaf, chunks);
        }
    }

    @Override
    public void processElement2(StreamRecord<ReadUpload> element) throws Exception {
        ReadUpload whole = element.getValue();
        if (placedSoFar() == whole.chunks()) {
            end(whole);
        } else {
            read.update(whole);
        }
    }

    private int placedSoFar() throws IOException {
        Integer soFar = placed.value();
        return soFar == null ? 0 : soFar;
    }

    private ManifestRef writeLeaf(int leaf, int chunks) throws Exception {
        List<Packed> packed = new ArrayList<>(chunks);
        int first = leaf * ManifestNode.CHILDREN_MAX;
        for (int index = first; index < first + chunks; index++) {
            packed.add(packed(places.get(index)));
            places.remove(index);
        }
        leafChunks.remove(leaf);
        ManifestNode node = ManifestNode.leaf(packed);
        leaves.put(leaf, node.ref().toByteArray());
        write(node);
        return node.ref();
    }

    private static Packed packed(PlacedChunk chunk) {
        Place place = chunk.place();
        return new Packed(
                Sha256.parse(place.pack()),
                ChunkPlace.newBuilder()
                        .setSha256(Sha256.parse(chunk.sha256()))
                        .setSizeBytes(chunk.sizeBytes())
                        .setOffset(place.offset())
                        .setPackedBytes(place.packedBytes())
                        .setZstd(place.zstd())
                        .build());
    }

    private void write(ManifestNode node) throws Exception {
        writes.add(ContentKeys.manifest(node.ref().getSha256()), node.bytes());
    }

    private void end(ReadUpload whole) throws Exception {
        byte[] told = whole.rejection().isEmpty()
                ? Findings.verified(whole, tree(whole.chunks()))
                : Findings.rejected(whole.uploadId(), RejectionReason.valueOf(whole.rejection()));
        places.clear();
        leafChunks.clear();
        leaves.clear();
        placed.clear();
        read.clear();
        writes.then(() -> output.collect(new StreamRecord<>(told)));
    }

    /** Writes what isn't written yet, and returns the root. */
    private ManifestRef tree(int chunks) throws Exception {
        List<ManifestRef> refs = new ArrayList<>();
        int leafCount = Math.max(1, (chunks + ManifestNode.CHILDREN_MAX - 1) / ManifestNode.CHILDREN_MAX);
        for (int leaf = 0; leaf < leafCount; leaf++) {
            byte[] written = leaves.get(leaf);
            refs.add(
                    written == null
                            ? writeLeaf(
                                    leaf,
                                    Math.min(ManifestNode.CHILDREN_MAX, chunks - leaf * ManifestNode.CHILDREN_MAX))
                            : ManifestRef.parseFrom(written));
        }
        List<ManifestNode> above = ManifestNode.above(refs);
        for (ManifestNode node : above) {
            write(node);
        }
        return above.isEmpty() ? refs.get(0) : above.get(above.size() - 1).ref();
    }
}
