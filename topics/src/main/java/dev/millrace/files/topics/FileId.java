package dev.millrace.files.topics;

import com.google.protobuf.ByteString;

/**
 * Names a file, folder, upload or share, anywhere: the namespace it belongs to, and the command that made it there.
 *
 * @param namespace 16 characters, as {@link FileIds#namespaceOf} gives them
 * @param local 16 bytes; all zero for a namespace's root folder
 */
public record FileId(String namespace, ByteString local) {
    public FileId {
        if (local.size() != FileIds.LOCAL_BYTES) {
            throw new IllegalArgumentException(
                    "id in a namespace: " + local.size() + " bytes (expected: " + FileIds.LOCAL_BYTES + ")");
        }
    }

    public boolean isRoot() {
        return local.equals(FileIds.ROOT);
    }

    @Override
    public String toString() {
        return FileIds.text(namespace, local);
    }
}
