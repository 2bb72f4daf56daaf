package dev.millrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Issues tokens as an identity provider does, and publishes its key set in a file. */
public final class TestIssuer {
    public static final String NAME = "https://issuer.test";
    public static final String AUDIENCE = "millrace";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair keys;

    public TestIssuer() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public void publish(Path file) throws IOException {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        JsonObject jwk = new JsonObject()
                .put("kty", "RSA")
                .put("kid", "test")
                .put("use", "sig")
                .put("alg", "RS256")
                .put("n", unsigned(key.getModulus()))
                .put("e", unsigned(key.getPublicExponent()));
        Files.writeString(
                file, new JsonObject().put("keys", new JsonArray().add(jwk)).encode());
    }

    public String token(String subject, String... roles) {
        return token(subject, Instant.now().plus(Duration.ofHours(1)), roles);
    }

    public String token(String subject, Instant expiresAt, String... roles) {
        return sign(new JsonObject()
                .put("iss", NAME)
                .put("aud", AUDIENCE)
                .put("sub", subject)
                .put("exp", expiresAt.getEpochSecond())
                .put("roles", new JsonArray(List.of(roles))));
    }

    public String sign(JsonObject claims) {
        String header = new JsonObject().put("alg", "RS256").put("kid", "test").encode();
        String content =
                encode(header.getBytes(UTF_8)) + "." + encode(claims.encode().getBytes(UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(content.getBytes(UTF_8));
            return content + "." + encode(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return encode(Arrays.copyOfRange(bytes, from, bytes.length));
    }
}
