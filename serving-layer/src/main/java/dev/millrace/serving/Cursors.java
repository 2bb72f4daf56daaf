package dev.millrace.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.topics.http.Problem;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opaque places in a list: the last key shown, signed for one list of one reader, so that nobody can look behind a
 * place they weren't given.
 */
public final class Cursors {
    /** First byte of a cursor; another layout takes another number. */
    private static final byte VERSION = 1;

    private static final int SIGNATURE_BYTES = 16;
    private static final int CURSOR_CHARS_MAX = 3 * 1024;

    private final SecretKeySpec key;

    public Cursors(byte[] key) {
        this.key = new SecretKeySpec(key.clone(), "HmacSHA256");
    }

    /**
     * @param list what is listed, and for whom: a cursor of one list is no cursor of another
     * @param place the last key shown
     */
    public String sign(String list, String place) {
        byte[] text = place.getBytes(UTF_8);
        byte[] cursor = new byte[1 + SIGNATURE_BYTES + text.length];
        cursor[0] = VERSION;
        System.arraycopy(signature(list, text), 0, cursor, 1, SIGNATURE_BYTES);
        System.arraycopy(text, 0, cursor, 1 + SIGNATURE_BYTES, text.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor);
    }

    /** @throws Problem 400 INVALID_PARAMETER unless this is a cursor we signed for this list */
    public String open(String list, String cursor) {
        return open("cursor", list, cursor);
    }

    /**
     * @param parameter where it was given
     * @throws Problem 400 INVALID_PARAMETER unless this is a cursor we signed for this list
     */
    public String open(String parameter, String list, String cursor) {
        if (cursor.length() <= CURSOR_CHARS_MAX) {
            byte[] bytes = decode(cursor);
            if (bytes.length > 1 + SIGNATURE_BYTES && bytes[0] == VERSION) {
                byte[] text = Arrays.copyOfRange(bytes, 1 + SIGNATURE_BYTES, bytes.length);
                byte[] signed = Arrays.copyOfRange(bytes, 1, 1 + SIGNATURE_BYTES);
                if (MessageDigest.isEqual(signed, signature(list, text))) {
                    return new String(text, UTF_8);
                }
            }
        }
        throw Problem.of(400, "INVALID_PARAMETER", parameter, cursor, "what the answer before gave for it");
    }

    private static byte[] decode(String cursor) {
        try {
            return Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private byte[] signature(String list, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update("millrace-cursor".getBytes(UTF_8));
            mac.update((byte) 0);
            mac.update(list.getBytes(UTF_8));
            mac.update((byte) 0);
            return Arrays.copyOf(mac.doFinal(text), SIGNATURE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has HmacSHA256", e);
        }
    }
}
