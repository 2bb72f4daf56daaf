package dev.millrace.files.serving;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.content.UploadBucket;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.serving.Effect;
import dev.millrace.topics.TopicSpec;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What was sent goes when its upload is over: it came to nothing, or its content is in packs by now. Once more when the
 * upload is forgotten, for what was sent by URLs that were still good when it ended.
 */
final class EndedUploads implements Effect<NamespaceFact> {
    static final String NAME = "files-ended-uploads";

    private final UploadBucket bucket;

    EndedUploads(UploadBucket bucket) {
        this.bucket = bucket;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public TopicSpec<NamespaceFact> facts() {
        return FilesTopics.NAMESPACE_FACTS;
    }

    @Override
    public void bringAbout(NamespaceFact fact) throws Away {
        if (fact.hasUpload() && isOver(fact.getUpload())) {
            FileId id = new FileId(fact.getNamespaceId(), fact.getUpload().getUploadId());
            try {
                if (fact.getUpload().getStatus() == UploadStatus.UPLOAD_FORGOTTEN) {
                    bucket.forget(id, fact.getUpload());
                } else {
                    bucket.remove(id, fact.getUpload());
                }
            } catch (SdkException e) {
                throw new Away("S3: " + e.getMessage(), e);
            }
        }
    }

    private static boolean isOver(Upload upload) {
        return switch (upload.getStatus()) {
            case UPLOAD_COMPLETED, UPLOAD_CONFLICT, UPLOAD_ABANDONED, UPLOAD_REJECTED, UPLOAD_FORGOTTEN -> true;
            default -> false;
        };
    }

    @Override
    public void close() {
        bucket.close();
    }
}
