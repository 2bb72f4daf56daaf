package dev.millrace.files.topics.content;

import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.v1.Upload;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import software.amazon.awssdk.awscore.presigner.PresignedRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Where uploads are sent to: signs URLs for whoever sends, tells what is there, and puts parts together. All but the
 * signing blocks until the store has answered, and fails with an SdkException if it doesn't.
 *
 * <p>Which multipart upload of the store an upload has is the store's own to say (docs/decisions/0023).
 */
public final class UploadBucket implements AutoCloseable {
    /** How long a signed URL is good for. A sender asks for new ones. */
    public static final Duration SIGNED_FOR = Duration.ofMinutes(15);

    /** What every HTTP client says by itself, and some forbid to be said by anybody else. */
    private static final Set<String> SAID_ANYWAY = Set.of("host", "content-length");

    private final String bucket;
    private final S3Client client;
    private final S3Presigner signer;

    /** @param within longest one call may take */
    public UploadBucket(BucketAddress address, Duration within) {
        this.bucket = address.bucket();
        this.client = BucketClients.calls(address, within);
        this.signer = BucketClients.signs(address);
    }

    /**
     * Leave to send an upload in one piece, of exactly so many bytes.
     *
     * @param sha256 what they must be, in base 64; empty if that isn't known
     */
    public SignedPut signWhole(FileId upload, long sizeBytes, String sha256) {
        return signed(signer.presignPutObject(sign -> sign.signatureDuration(SIGNED_FOR)
                .putObjectRequest(put -> put.bucket(bucket)
                        .key(ContentKeys.upload(upload))
                        .contentLength(sizeBytes)
                        .checksumSHA256(sha256.isEmpty() ? null : sha256))));
    }

    /**
     * Leave to send one part, of exactly so many bytes.
     *
     * @param multipart as {@link #begin} gave it
     * @param sha256 what they must be, in base 64
     */
    public SignedPut signPart(FileId upload, String multipart, int number, long sizeBytes, String sha256) {
        return signed(signer.presignUploadPart(sign -> sign.signatureDuration(SIGNED_FOR)
                .uploadPartRequest(put -> put.bucket(bucket)
                        .key(ContentKeys.upload(upload))
                        .uploadId(multipart)
                        .partNumber(number)
                        .contentLength(sizeBytes)
                        .checksumSHA256(sha256))));
    }

    /**
     * Leave to send chunks of a declared leaf, of exactly so many bytes together. What they are is looked at when the
     * upload is verified.
     */
    public SignedPut signBundle(FileId upload, int leaf, int bundle, long sizeBytes) {
        return signed(signer.presignPutObject(sign -> sign.signatureDuration(SIGNED_FOR)
                .putObjectRequest(put -> put.bucket(bucket)
                        .key(ContentKeys.uploadBundle(upload, leaf, bundle))
                        .contentLength(sizeBytes))));
    }

    private static SignedPut signed(PresignedRequest request) {
        Map<String, String> headers = new HashMap<>();
        request.signedHeaders().forEach((name, values) -> {
            if (!SAID_ANYWAY.contains(name.toLowerCase(Locale.ROOT))) {
                headers.put(name, String.join(",", values));
            }
        });
        return new SignedPut(request.url().toString(), headers, request.expiration());
    }

    /** The multipart upload that an upload's parts belong to, begun if there is none yet. */
    public String begin(FileId upload) {
        return multipart(upload).orElseGet(() -> {
            client.createMultipartUpload(begin ->
                    begin.bucket(bucket).key(ContentKeys.upload(upload)).checksumAlgorithm(ChecksumAlgorithm.SHA256));
            // Not simply that one: somebody else may have begun one in the same moment, and all must take the same.
            return multipart(upload).orElseThrow(() -> new IllegalStateException("what was begun isn't there"));
        });
    }

    private Optional<String> multipart(FileId upload) {
        return multiparts(upload).stream().min(Comparator.naturalOrder());
    }

    private List<String> multiparts(FileId upload) {
        String key = ContentKeys.upload(upload);
        return client.listMultipartUploads(list -> list.bucket(bucket).prefix(key)).uploads().stream()
                .filter(multipart -> multipart.key().equals(key))
                .map(MultipartUpload::uploadId)
                .toList();
    }

    /** Parts that are there, in their order; none once they were put together. */
    public List<SentPart> parts(FileId upload) {
        return multipart(upload).map(id -> parts(upload, id)).orElseGet(List::of);
    }

    private List<SentPart> parts(FileId upload, String multipart) {
        try {
            return client
                    .listPartsPaginator(list ->
                            list.bucket(bucket).key(ContentKeys.upload(upload)).uploadId(multipart))
                    .parts()
                    .stream()
                    .map(UploadBucket::sent)
                    .sorted(Comparator.comparingInt(SentPart::number))
                    .toList();
        } catch (NoSuchUploadException e) {
            // It was put together or given up since.
            return List.of();
        }
    }

    private static SentPart sent(Part part) {
        return new SentPart(
                part.partNumber(),
                part.size(),
                part.eTag(),
                Optional.ofNullable(part.checksumSHA256()).orElse(""));
    }

    /** Size of an upload that is there as a whole. */
    public OptionalLong wholeBytes(FileId upload) {
        return BucketClients.bytes(client, bucket, ContentKeys.upload(upload));
    }

    /** Puts an upload's parts together, unless somebody has. */
    public void join(FileId upload, List<SentPart> parts) {
        List<CompletedPart> all = parts.stream().map(UploadBucket::completed).toList();
        multipart(upload).ifPresent(multipart -> {
            try {
                client.completeMultipartUpload(complete -> complete.bucket(bucket)
                        .key(ContentKeys.upload(upload))
                        .uploadId(multipart)
                        .multipartUpload(together -> together.parts(all)));
            } catch (NoSuchUploadException e) {
                // In this moment.
            }
        });
    }

    private static CompletedPart completed(SentPart part) {
        return CompletedPart.builder()
                .partNumber(part.number())
                .eTag(part.tag())
                .checksumSHA256(part.sha256().isEmpty() ? null : part.sha256())
                .build();
    }

    /**
     * Removes all that was sent of an upload, and what was declared of it. Doing it again does no harm. The store is asked
     * only for what there may be: parts if it was to be sent so, and leaves if there was a version before it.
     */
    public void remove(FileId id, Upload upload) {
        if (upload.getPartCount() > 1) {
            abortMultiparts(id);
        }
        client.deleteObject(delete -> delete.bucket(bucket).key(ContentKeys.upload(id)));
        if (!upload.getNewFile()) {
            removeDeclared(id);
        }
    }

    private void abortMultiparts(FileId id) {
        for (String multipart : multiparts(id)) {
            try {
                client.abortMultipartUpload(abort ->
                        abort.bucket(bucket).key(ContentKeys.upload(id)).uploadId(multipart));
            } catch (NoSuchUploadException e) {
                // Somebody else has done it.
            }
        }
    }

    private void removeDeclared(FileId id) {
        String base = ContentKeys.uploadBase(id);
        // A listing is asked for only where there is something to list, as some stores walk the whole bucket for it.
        if (BucketClients.bytes(client, bucket, base).isPresent()) {
            client
                    .listObjectsV2Paginator(list -> list.bucket(bucket).prefix(ContentKeys.upload(id) + "."))
                    .contents()
                    .stream()
                    .map(S3Object::key)
                    .filter(declared -> !declared.equals(base))
                    .toList()
                    .forEach(declared ->
                            client.deleteObject(delete -> delete.bucket(bucket).key(declared)));
        }
    }

    /** Removes all that there is of an upload, for good: no URL of it is good any more. */
    public void forget(FileId id, Upload upload) {
        remove(id, upload);
        client.deleteObject(delete -> delete.bucket(bucket).key(ContentKeys.uploadBase(id)));
    }

    @Override
    public void close() {
        signer.close();
        client.close();
    }
}
