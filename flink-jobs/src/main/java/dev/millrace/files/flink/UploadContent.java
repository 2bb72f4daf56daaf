package dev.millrace.files.flink;

import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.content.DeclaredContent;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** An upload's bytes: as one object if there is that, else put together from what was declared. */
public final class UploadContent {
    /** One of so few bytes is read when its size is looked at: the store is asked once instead of twice. */
    private static final int SMALL_BYTES_MAX = 256 * 1024;

    private final ContentStore store;
    private final FileId upload;
    /** All of it, if that is so little. */
    private byte @Nullable [] small;
    /** Whether it was found as one object; then it isn't looked for once more. */
    private boolean isWhole;
    /** Kept, as it knows where it was. */
    private @Nullable DeclaredContent declared;

    public UploadContent(ContentStore store, FileId upload) {
        this.store = store;
        this.upload = upload;
    }

    FileId upload() {
        return upload;
    }

    /**
     * How many bytes there are, or one more than there should be; empty if nothing was sent, or it isn't together.
     *
     * @param sizeBytes how many there should be
     */
    public OptionalLong bytes(long sizeBytes) throws IOException {
        OptionalLong whole = 0 < sizeBytes && sizeBytes <= SMALL_BYTES_MAX ? small((int) sizeBytes) : whole();
        if (whole.isPresent()) {
            return whole;
        }
        Optional<DeclaredContent> found = DeclaredContent.find(store, upload);
        if (found.isEmpty()) {
            return OptionalLong.empty();
        }
        long bytes = found.get().bytes(sizeBytes);
        return bytes < sizeBytes ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    /**
     * @param bytes how many, at least 1 and no more than there are
     * @throws FileNotFoundException if it isn't there, or no longer; also while it is read
     * @throws ContentDiffers while it is read, if it isn't what it was declared to be
     */
    public InputStream read(long from, long bytes) throws IOException {
        if (small != null) {
            return new ByteArrayInputStream(small, (int) from, (int) bytes);
        }
        if (isWhole || whole().isPresent()) {
            return store.readUpload(upload, from, bytes);
        }
        DeclaredContent content = declared;
        if (content == null) {
            content = DeclaredContent.find(store, upload)
                    .orElseThrow(() -> new FileNotFoundException("upload " + upload));
            declared = content;
        }
        return new AssembledStream(store, content, from, bytes);
    }

    /** With the byte after the last one, if there is more than there should be. */
    private OptionalLong small(int sizeBytes) throws IOException {
        try {
            byte[] bytes = store.read(ContentKeys.upload(upload), 0, sizeBytes + 1);
            small = bytes;
            return OptionalLong.of(bytes.length);
        } catch (FileNotFoundException e) {
            small = null;
            return OptionalLong.empty();
        }
    }

    private OptionalLong whole() throws IOException {
        OptionalLong whole = store.bytes(ContentKeys.upload(upload));
        isWhole = whole.isPresent();
        return whole;
    }
}
