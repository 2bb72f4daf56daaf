package dev.millrace.topics;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which names commands and what is stored. */
public final class Sha256 {
    private static final HexFormat HEX = HexFormat.of();

    private Sha256() {}

    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    public static ByteString of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    public static ByteString of(byte[] bytes, int from, int length) {
        MessageDigest digest = digest();
        digest.update(bytes, from, length);
        return UnsafeByteOperations.unsafeWrap(digest.digest());
    }

    /** As it is in keys of objects and in JSON: 64 digits in lower case. */
    public static String hex(ByteString sha256) {
        return HEX.formatHex(sha256.toByteArray());
    }

    /** @throws IllegalArgumentException if it isn't hex */
    public static ByteString parse(String hex) {
        return UnsafeByteOperations.unsafeWrap(HEX.parseHex(hex));
    }
}
