package dev.millrace.standalone;

import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The key pair that downloads' URLs are signed with, drawn at the first start; it stays in the data folder. */
record DownloadKeys(Path privateKey, Path publicKey) {
    static final String ID = "millrace";

    private static final String PRIVATE_FILE = "edge/private.pem";
    private static final String PUBLIC_FILE = "edge/public.pem";
    private static final int RSA_BITS = 2048;
    private static final int LINE_CHARS = 64;

    static DownloadKeys in(DataFolder data) {
        if (data.read(PRIVATE_FILE) == null) {
            KeyPair drawn = draw();
            data.write(PUBLIC_FILE, pem("PUBLIC KEY", drawn.getPublic().getEncoded()));
            // Last: while this file is missing, a start begins from scratch.
            data.write(PRIVATE_FILE, pem("PRIVATE KEY", drawn.getPrivate().getEncoded()));
        }
        return new DownloadKeys(data.root().resolve(PRIVATE_FILE), data.root().resolve(PUBLIC_FILE));
    }

    private static KeyPair draw() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has RSA", e);
        }
    }

    private static String pem(String what, byte[] encoded) {
        String text = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }
}
