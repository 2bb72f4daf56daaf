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
 * upload. Its owner is told what was found.
 */
final class DedupHashing {
    private DedupHashing() {}

    /**
     * @param facts values of namespace facts
     * @return values of namespace commands
     */
    static DataStream<byte[]> of(DataStream<byte[]> facts, ContentStore.Access store) {
        SingleOutputStreamOperator<SentChunk> chunks = facts.flatMap(new CompletedUploads())
                .returns(TypeInformation.of(Uploaded.class))
                .uid("completed-uploads")
                .name("completed uploads")
                .keyBy(Uploaded::uploadId, Types.STRING)
                .transform("read and cut", TypeInformation.of(SentChunk.class), new ReadOperator(store))
                .uid("read");
        DataStream<PlacedChunk> places = chunks.keyBy(SentChunk::sha256, Types.STRING)
                .transform("pack", TypeInformation.of(PlacedChunk.class), new PackOperator(store))
                .uid("pack");
        return places.keyBy(PlacedChunk::uploadId, Types.STRING)
                .connect(chunks.getSideOutput(ReadOperator.READ).keyBy(ReadUpload::uploadId, Types.STRING))
                .transform(
                        "manifest", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO, new ManifestOperator(store))
                .uid("manifest");
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
