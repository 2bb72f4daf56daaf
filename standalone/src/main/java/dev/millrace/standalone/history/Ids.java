package dev.millrace.standalone.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** How a request names its command, worked out from what was sent. */
public final class Ids {
    private static final int BYTES = 16;

    private Ids() {}

    /** First half of SHA-256 over user, method, path and key, each ended by a zero byte. */
    public static ByteString command(String user, String method, String path, String key) {
        return half((user + "\0" + method + "\0" + path + "\0" + key + "\0").getBytes(UTF_8));
    }

    public static ByteString body(String text) {
        return half(text.getBytes(UTF_8));
    }

    public static String hex(ByteString command) {
        return HexFormat.of().formatHex(command.toByteArray());
    }

    private static ByteString half(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return ByteString.copyFrom(Arrays.copyOf(digest, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
