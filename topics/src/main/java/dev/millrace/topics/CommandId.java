package dev.millrace.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** Names a command: 16 bytes, written as 32 hex digits. The same request with the same key has the same id. */
public final class CommandId {
    /** Length in bytes: wide enough that two requests never meet by chance. */
    public static final int BYTES = 16;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final HexFormat HEX = HexFormat.of();

    private final ByteString bytes;

    private CommandId(ByteString bytes) {
        this.bytes = bytes;
    }

    /** The id of a request that may be sent again: first half of SHA-256 over the four parts, each ended by a zero byte. */
    public static CommandId of(String subject, String method, String path, String idempotencyKey) {
        MessageDigest digest = Sha256.digest();
        for (String part : new String[] {subject, method, path, idempotencyKey}) {
            digest.update(part.getBytes(UTF_8));
            digest.update((byte) 0);
        }
        return new CommandId(firstHalf(digest.digest()));
    }

    /** The id of a request without a key: never the same again. */
    public static CommandId random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new CommandId(ByteString.copyFrom(bytes));
    }

    /** @throws IllegalArgumentException unless these are 16 bytes */
    public static CommandId of(ByteString bytes) {
        if (bytes.size() != BYTES) {
            throw new IllegalArgumentException("command id: " + bytes.size() + " bytes (expected: " + BYTES + ")");
        }
        return new CommandId(bytes);
    }

    /** @throws IllegalArgumentException unless these are 32 hex digits */
    public static CommandId parse(String hex) {
        return of(ByteString.copyFrom(HEX.parseHex(hex)));
    }

    /** First half of SHA-256, as over a request's body; an absent body is the empty one. */
    public static ByteString hashOf(byte[] bytes) {
        return firstHalf(Sha256.digest().digest(bytes));
    }

    public ByteString bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CommandId that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /** 32 hex digits, lower case. */
    @Override
    public String toString() {
        return HEX.formatHex(bytes.toByteArray());
    }

    private static ByteString firstHalf(byte[] digest) {
        return ByteString.copyFrom(Arrays.copyOf(digest, BYTES));
    }
}
