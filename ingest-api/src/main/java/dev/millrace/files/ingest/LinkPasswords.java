package dev.millrace.files.ingest;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.LinkPassword;
import java.security.GeneralSecurityException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Hashes of links' passwords: PBKDF2 with HMAC-SHA512, so slow that guessing from a log is hopeless. */
final class LinkPasswords {
    private static final String ALGORITHM = "PBKDF2WithHmacSHA512";
    /** What OWASP asks for with this function (2023): about a quarter of a second. */
    private static final int ITERATIONS = 210_000;

    private static final int HASH_BITS = 256;

    private LinkPasswords() {}

    static LinkPassword of(String password, ByteString salt) {
        LinkPassword how = LinkPassword.newBuilder()
                .setSalt(salt)
                .setIterations(ITERATIONS)
                .build();
        return how.toBuilder().setHash(hash(password, how)).build();
    }

    /** What the hash of the right password would be. */
    static ByteString hash(String password, LinkPassword how) {
        PBEKeySpec key =
                new PBEKeySpec(password.toCharArray(), how.getSalt().toByteArray(), how.getIterations(), HASH_BITS);
        try {
            return ByteString.copyFrom(
                    SecretKeyFactory.getInstance(ALGORITHM).generateSecret(key).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has " + ALGORITHM, e);
        } finally {
            key.clearPassword();
        }
    }
}
