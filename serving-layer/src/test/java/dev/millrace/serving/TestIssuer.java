package dev.millrace.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Issues the tokens and cookies that a test's callers come with. */
public final class TestIssuer {
    static final String ISSUER = "https://issuer.test";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair keys;
    private final Path jwks;
    private final Path sessionKey;

    TestIssuer(Path folder) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        jwks = Files.writeString(
                folder.resolve("jwks.json"),
                "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\""
                        + BASE64.encodeToString(positive(key.getModulus().toByteArray())) + "\",\"e\":\"AQAB\"}]}");
        sessionKey = Files.writeString(folder.resolve("session.key"), "thirty-two bytes at the very least, or more");
    }

    Path jwks() {
        return jwks;
    }

    Path sessionKey() {
        return sessionKey;
    }

    public String bearer(String user) {
        String signed = part("{\"alg\":\"RS256\",\"kid\":\"k\"}") + "."
                + part("{\"iss\":\"" + ISSUER + "\",\"aud\":\"millrace\",\"sub\":\"" + user + "\",\"exp\":" + inAnHour()
                        + "}");
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(UTF_8));
            return "Bearer " + signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The cookie header of a signed-in user. */
    public String cookie(String user) {
        return "millrace_session=" + hs256(user, "millrace-session");
    }

    public String liveTicket(String user) {
        return hs256(user, "millrace-live");
    }

    private String hs256(String user, String audience) {
        try {
            byte[] secret = java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(sessionKey));
            String signed = part("{\"alg\":\"HS256\"}") + "."
                    + part("{\"aud\":\"" + audience + "\",\"sub\":\"" + user + "\",\"roles\":[],\"csrf\":\"c\",\"exp\":"
                            + inAnHour() + "}");
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return signed + "." + BASE64.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long inAnHour() {
        return Instant.now().getEpochSecond() + 3600;
    }

    private static String part(String json) {
        return BASE64.encodeToString(json.getBytes(UTF_8));
    }

    private static byte[] positive(byte[] number) {
        return number[0] == 0 ? java.util.Arrays.copyOfRange(number, 1, number.length) : number;
    }
}
