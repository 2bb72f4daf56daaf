package dev.millrace.files.flink;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.NamespaceFact;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.Collector;

/**
 * The way of an upload that is complete: read and cut, by upload; packed, by chunk; put together again as a manifest, by
 * upload. Its owner is told what was found. Beside it, what versions name is followed from the same facts, so that what
 * nobody names can go.
 */
final class DedupHashing {
    private DedupHashing() {}

    /**
     * What comes of facts.
     *
     * @param commands values of namespace commands
     * @param deleted values of chunk facts: what nobody names any more
     */
    record Outcome(DataStream<byte[]> commands, DataStream<byte[]> deleted) {}

    /**
     * @param facts values of namespace facts, to find what was uploaded
     * @param log the same from the very first on, those of a partition in their order, to know all that names a chunk. Of
     *     its own, as reading manifests must not hold uploads up, and as a job that went on from a checkpoint without it
     *     wouldn't know what was there before
     */
    static Outcome of(
            DataStream<byte[]> facts, DataStream<byte[]> log, ContentStore.Access store, CollectionPlan plan) {
        SingleOutputStreamOperator<SentChunk> chunks = facts.flatMap(new CompletedUploads())
                .returns(TypeInformation.of(Uploaded.class))
                .uid("completed-uploads")
                .name("completed uploads")
                .keyBy(Uploaded::uploadId, Types.STRING)
                .transform("read and cut", TypeInformation.of(SentChunk.class), new ReadOperator(store))
                .uid("read");
        DataStream<LogEvent> events = log.keyBy(DedupHashing::partitionOf, Types.INT)
                .transform("follow references", TypeInformation.of(LogEvent.class), new ReferenceOperator(store, plan))
                .uid("references");
        SingleOutputStreamOperator<PlacedChunk> places = chunks.keyBy(SentChunk::sha256, Types.STRING)
                .connect(events.keyBy(LogEvent::key, Types.STRING))
                .transform("own chunks", TypeInformation.of(PlacedChunk.class), new PackOperator(store, plan))
                .uid("pack")
                // Groups of chunks are those of keys.
                .setMaxParallelism(JobSettings.PARALLELISM_MAX);
        DataStream<byte[]> markers = places.getSideOutput(PackOperator.CLOSED)
                .transform(
                        "mark epochs",
                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
                        new EpochOperator(store, plan))
                .uid("epochs")
                .setParallelism(1);
        DataStream<byte[]> found = places.keyBy(PlacedChunk::uploadId, Types.STRING)
                .connect(chunks.getSideOutput(ReadOperator.READ).keyBy(ReadUpload::uploadId, Types.STRING))
                .transform(
                        "manifest", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO, new ManifestOperator(store))
                .uid("manifest");
        return new Outcome(found.union(markers), places.getSideOutput(PackOperator.DELETED));
    }

    private static int partitionOf(byte[] fact) throws InvalidProtocolBufferException {
        return NamespaceFact.parseFrom(fact).getPosition().getPartition();
    }

    private static final class CompletedUploads implements FlatMapFunction<byte[], Uploaded> {
        private static final long serialVersionUID = 1;

        @Override
        public void flatMap(byte[] value, Collector<Uploaded> out) throws InvalidProtocolBufferException {
            NamespaceFact fact = NamespaceFact.parseFrom(value);
            if (fact.getKind() == ChangeKind.CHANGE_UPLOAD_COMPLETED) {
                out.collect(new Uploaded(
                        FileIds.text(fact.getNamespaceId(), fact.getUpload().getUploadId()),
                        fact.getUpload().getSizeBytes()));
            }
        }
    }
}
