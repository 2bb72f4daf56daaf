package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ContentRejected;
import dev.millrace.files.topics.v1.ContentVerified;
import dev.millrace.files.topics.v1.LearnSavings;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.RejectionReason;
import dev.millrace.files.topics.v1.Savings;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import dev.millrace.topics.v1.CommandMeta;

/** What a namespace's owner is told, as bytes of a NamespaceCommand: the same however often it is found. */
final class Findings {
    private static final String SUBJECT = "millrace:hashing";

    private Findings() {}

    static byte[] verified(ReadUpload whole, ManifestRef manifest) {
        FileId upload = FileIds.parse(whole.uploadId()).orElseThrow();
        return command(upload)
                .setContentVerified(ContentVerified.newBuilder()
                        .setUploadId(upload.local())
                        .setSha256(Sha256.parse(whole.sha256()))
                        .setSizeBytes(whole.sizeBytes())
                        .setManifest(manifest))
                .build()
                .toByteArray();
    }

    static byte[] rejected(String uploadId, RejectionReason reason) {
        FileId upload = FileIds.parse(uploadId).orElseThrow();
        return command(upload)
                .setContentRejected(
                        ContentRejected.newBuilder().setUploadId(upload.local()).setReason(reason))
                .build()
                .toByteArray();
    }

    static byte[] savings(String namespace, Counted counted) {
        Savings savings = Savings.newBuilder()
                .setSavedBytes(counted.savedBytes())
                .setSequence(counted.sequence())
                .setUnknown(counted.isUnknown())
                .build();
        String about = " savings " + namespace + " " + counted.sequence() + " " + counted.savedBytes();
        return command(namespace, about)
                .setLearnSavings(LearnSavings.newBuilder().setSavings(savings))
                .build()
                .toByteArray();
    }

    private static NamespaceCommand.Builder command(FileId upload) {
        return command(upload.namespace(), upload.toString());
    }

    private static NamespaceCommand.Builder command(String namespace, String about) {
        return NamespaceCommand.newBuilder()
                .setNamespaceId(namespace)
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(CommandId.hashOf((SUBJECT + about).getBytes(UTF_8)))
                        .setSubject(SUBJECT));
    }
}
