package dev.millrace.files.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.CompleteUpload;
import dev.millrace.files.topics.v1.ContentRejected;
import dev.millrace.files.topics.v1.ContentVerified;
import dev.millrace.files.topics.v1.LearnSavings;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.RejectionReason;
import dev.millrace.files.topics.v1.Savings;
import dev.millrace.standalone.TestSystem;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.Positions;
import dev.millrace.topics.v1.CommandMeta;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/** Says that an upload's bytes came and what they were, as the hashing job will once there is a store for them. */
final class PlayedHashing implements AutoCloseable {
    private static final int PARTITIONS = 8;
    private static final int BUFFER_BYTES = 1 << 20;

    private final CommandProducer producer;

    PlayedHashing(TestSystem system) {
        this.producer = new CommandProducer(
                CommandProducer.open(CommandProducer.config(
                        system.bootstrap(), "played-hashing", BUFFER_BYTES, Duration.ofSeconds(10))),
                Map.of(FilesTopics.NAMESPACE_COMMANDS.name(), PARTITIONS));
        await().until(producer::knowsItsTopics);
    }

    /** What an upload's content is called. */
    static ByteString sha256(String content) {
        ByteString half = CommandId.hashOf(content.getBytes(UTF_8));
        return half.concat(half);
    }

    /** Returns the position of the verification. */
    String verify(String uploadId, String owner, String content, long size) {
        return found(
                uploadId,
                owner,
                upload -> NamespaceCommand.newBuilder()
                        .setContentVerified(ContentVerified.newBuilder()
                                .setUploadId(upload)
                                .setSha256(sha256(content))
                                .setSizeBytes(size)));
    }

    /** The same of a content that is in the bucket. */
    String verify(String uploadId, String owner, WrittenContent content) {
        return found(
                uploadId,
                owner,
                upload -> NamespaceCommand.newBuilder()
                        .setContentVerified(ContentVerified.newBuilder()
                                .setUploadId(upload)
                                .setSha256(content.sha256())
                                .setSizeBytes(content.root().getSizeBytes())
                                .setManifest(content.root())));
    }

    String reject(String uploadId, String owner, RejectionReason reason) {
        return found(
                uploadId,
                owner,
                upload -> NamespaceCommand.newBuilder()
                        .setContentRejected(
                                ContentRejected.newBuilder().setUploadId(upload).setReason(reason)));
    }

    /** Says what a user's versions save each other, as of a step; returns the command's position. */
    String count(String owner, long sequence, long savedBytes) {
        return send(
                FileIds.namespaceOf(owner),
                "millrace:hashing",
                NamespaceCommand.newBuilder()
                        .setLearnSavings(LearnSavings.newBuilder()
                                .setSavings(Savings.newBuilder()
                                        .setSequence(sequence)
                                        .setSavedBytes(savedBytes))));
    }

    /** The owner says that it is complete, then the job says what it found. */
    private String found(String uploadId, String owner, Function<ByteString, NamespaceCommand.Builder> finding) {
        FileId upload = FileIds.parse(uploadId).orElseThrow();
        var unused = send(
                upload.namespace(),
                owner,
                NamespaceCommand.newBuilder()
                        .setCompleteUpload(CompleteUpload.newBuilder().setUploadId(upload.local())));
        return send(upload.namespace(), "millrace:hashing", finding.apply(upload.local()));
    }

    private String send(String namespace, String subject, NamespaceCommand.Builder command) {
        CommandMeta.Builder meta = CommandMeta.newBuilder()
                .setCommandId(CommandId.random().bytes())
                .setSubject(subject);
        return Positions.text(producer.send(
                        FilesTopics.NAMESPACE_COMMANDS,
                        namespace,
                        command.setMeta(meta).setNamespaceId(namespace).build())
                .toCompletableFuture()
                .join());
    }

    @Override
    public void close() {
        producer.close();
    }
}
