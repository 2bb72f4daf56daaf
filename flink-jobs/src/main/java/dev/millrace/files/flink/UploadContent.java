package dev.millrace.files.flink;

import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.content.DeclaredContent;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** An upload's bytes: as one object if there is that, else put together from what was declared. */
public final class UploadContent {
    private final ContentStore store;
    private final FileId upload;
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
     * How many bytes there are; empty if nothing was sent, or it isn't together.
     *
     * @param sizeBytes how many there should be
     */
    public OptionalLong bytes(long sizeBytes) throws IOException {
        OptionalLong whole = whole();
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

    private OptionalLong whole() throws IOException {
        OptionalLong whole = store.bytes(ContentKeys.upload(upload));
        isWhole = whole.isPresent();
        return whole;
    }
}
