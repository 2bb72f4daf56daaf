package dev.millrace.files.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.millrace.topics.CommandId;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Ids of files, folders, uploads and shares: {@code <namespace>.<32 hex digits>}, where the digits are the id of the
 * command that made the thing. So an id leads to its owner, and a retried command makes the same thing.
 */
public final class FileIds {
    /** Bytes of an id within its namespace. */
    public static final int LOCAL_BYTES = CommandId.BYTES;
    /** The root folder's id within its namespace. */
    public static final ByteString ROOT = ByteString.copyFrom(new byte[LOCAL_BYTES]);
    /** Characters of a namespace's id. */
    public static final int NAMESPACE_CHARS = 16;

    /** Crockford's base 32, as in posts' ids. */
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

    private static final Pattern TEXT = Pattern.compile("([0-9a-hjkmnp-tv-z]{16})\\.([0-9a-f]{32})");
    private static final int DIGIT_BITS = 5;
    private static final HexFormat HEX = HexFormat.of();

    private FileIds() {}

    /**
     * Id of a user's namespace: the first 80 bits of SHA-256 over their id, which may itself be of any form and isn't
     * everybody's to see.
     */
    public static String namespaceOf(String userId) {
        byte[] hash = CommandId.hashOf(("millrace-namespace\0" + userId).getBytes(UTF_8))
                .toByteArray();
        StringBuilder text = new StringBuilder(NAMESPACE_CHARS);
        long bits = 0;
        int have = 0;
        for (int next = 0; text.length() < NAMESPACE_CHARS; ) {
            if (have < DIGIT_BITS) {
                bits = bits << Byte.SIZE | (hash[next++] & 0xff);
                have += Byte.SIZE;
            }
            have -= DIGIT_BITS;
            text.append(DIGITS.charAt((int) (bits >>> have) & ((1 << DIGIT_BITS) - 1)));
        }
        return text.toString();
    }

    public static String text(String namespace, ByteString local) {
        return namespace + "." + HEX.formatHex(local.toByteArray());
    }

    /** Empty unless this is the text of an id. */
    public static Optional<FileId> parse(String text) {
        var parts = TEXT.matcher(text);
        return parts.matches()
                ? Optional.of(new FileId(parts.group(1), ByteString.copyFrom(HEX.parseHex(parts.group(2)))))
                : Optional.empty();
    }
}
