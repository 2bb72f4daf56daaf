package dev.millrace.files.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.Due;
import dev.millrace.files.topics.v1.DueKind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;

/**
 * Keys of the store of namespaces: one byte that says what the value is, the 16 characters of the namespace's id, and
 * what it is about. All parts but the last have a fixed length, so what belongs together lies together, in order.
 */
final class NamespaceKeys {
    private static final int DUE_PREFIX_BYTES = 1 + Long.BYTES;

    private final byte[] namespace;

    NamespaceKeys(String namespaceId) {
        this.namespace = namespaceId.getBytes(UTF_8);
    }

    Bytes head() {
        return key('H', new byte[0]);
    }

    Bytes node(ByteString nodeId) {
        return key('N', nodeId.toByteArray());
    }

    Bytes child(ByteString folderId, String foldedName) {
        return key('C', folderId.toByteArray(), foldedName.getBytes(UTF_8));
    }

    Bytes version(ByteString nodeId, long number) {
        return key('V', nodeId.toByteArray(), number(number));
    }

    Bytes upload(ByteString uploadId) {
        return key('U', uploadId.toByteArray());
    }

    Bytes share(ByteString shareId) {
        return key('L', shareId.toByteArray());
    }

    /** A person's share by the person, so that it is found at once; a link by its own id, which no user's is. */
    Bytes shareOf(ByteString nodeId, String userId, ByteString shareId) {
        return userId.isEmpty()
                ? key('S', nodeId.toByteArray(), new byte[] {0}, shareId.toByteArray())
                : key('S', nodeId.toByteArray(), userId.getBytes(UTF_8));
    }

    Bytes device(String deviceId) {
        return key('G', deviceId.getBytes(UTF_8));
    }

    Bytes received(String fromNamespace, ByteString shareId) {
        return key('W', fromNamespace.getBytes(UTF_8), shareId.toByteArray());
    }

    Bytes change(long sequence) {
        return key('F', number(sequence));
    }

    Bytes changeOf(ByteString nodeId, long sequence) {
        return key('J', nodeId.toByteArray(), number(sequence));
    }

    /** First of all keys of a kind, about one thing where that is its first part. */
    Bytes first(char kind, byte[]... about) {
        return key(kind, about);
    }

    /** Behind all keys of a kind, about one thing. */
    Bytes end(char kind, byte[]... about) {
        byte[] end = key(kind, about).get();
        // Neither a namespace's characters nor a kind are the largest byte, but an id's may be.
        int last = end.length - 1;
        while (end[last] == (byte) 0xff) {
            last--;
        }
        end[last]++;
        return Bytes.wrap(Arrays.copyOf(end, last + 1));
    }

    /** @param sequence of the namespace's step that deleted it; 0 if nobody wrote it down */
    Bytes trash(long sequence, ByteString nodeId) {
        return key('T', number(sequence), nodeId.toByteArray());
    }

    Bytes due(long atMillis, DueKind kind, ByteString id) {
        return Bytes.wrap(ByteBuffer.allocate(DUE_PREFIX_BYTES + namespace.length + 1 + FileIds.LOCAL_BYTES)
                .put((byte) 'D')
                .putLong(atMillis)
                .put(namespace)
                .put((byte) kind.getNumber())
                .put(id.asReadOnlyByteBuffer())
                .array());
    }

    /** Before everything that is due at this time or later, in all namespaces. */
    static Bytes dueFrom(long atMillis) {
        return Bytes.wrap(ByteBuffer.allocate(DUE_PREFIX_BYTES)
                .put((byte) 'D')
                .putLong(atMillis)
                .array());
    }

    /** What is due, by its key. */
    static Due dueIn(Bytes key) {
        ByteBuffer parts = ByteBuffer.wrap(key.get());
        long at = parts.getLong(1);
        parts.position(DUE_PREFIX_BYTES + FileIds.NAMESPACE_CHARS);
        DueKind kind = DueKind.forNumber(parts.get());
        return Due.newBuilder()
                .setKind(kind == null ? DueKind.DUE_KIND_UNSPECIFIED : kind)
                .setId(ByteString.copyFrom(parts))
                .setAtMillis(at)
                .build();
    }

    /** Whose it is that is due. */
    static String namespaceOfDue(Bytes key) {
        return new String(key.get(), DUE_PREFIX_BYTES, FileIds.NAMESPACE_CHARS, UTF_8);
    }

    /** What comes behind the namespace and so many bytes more. */
    static byte[] tail(Bytes key, int bytes) {
        return Arrays.copyOfRange(key.get(), 1 + FileIds.NAMESPACE_CHARS + bytes, key.get().length);
    }

    static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private Bytes key(char kind, byte[]... parts) {
        int length = 1 + namespace.length;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer key = ByteBuffer.allocate(length).put((byte) kind).put(namespace);
        for (byte[] part : parts) {
            key.put(part);
        }
        return Bytes.wrap(key.array());
    }
}
