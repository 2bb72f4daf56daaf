package dev.millrace.files.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** RSA keys as {@code openssl genpkey} and {@code openssl pkey -pubout} write them. */
public final class PemKeys {
    private PemKeys() {}

    /** @throws IllegalArgumentException if there is another thing in the file */
    static PrivateKey privateKey(Path file) {
        try {
            return rsa().generatePrivate(new PKCS8EncodedKeySpec(read(file, "PRIVATE KEY")));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(file + " (expected: an RSA private key, PKCS #8 in PEM)", e);
        }
    }

    /** @throws IllegalArgumentException if there is another thing in the file */
    public static PublicKey publicKey(Path file) {
        try {
            return rsa().generatePublic(new X509EncodedKeySpec(read(file, "PUBLIC KEY")));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(file + " (expected: an RSA public key in PEM)", e);
        }
    }

    private static KeyFactory rsa() throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA");
    }

    private static byte[] read(Path file, String what) {
        try {
            String text = Files.readString(file);
            String begin = "-----BEGIN " + what + "-----";
            int from = text.indexOf(begin);
            int to = text.indexOf("-----END " + what + "-----");
            if (from < 0 || to < from) {
                throw new IllegalArgumentException(file + " (expected: " + begin + ")");
            }
            return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " (expected: a readable file)", e);
        }
    }
}
