package dev.millrace.standalone;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;

/** Makes tokens that this machine's roles believe. Its keys are drawn at the first start and stay in the data folder. */
public final class LocalIssuer {
    static final String ISSUER = "millrace-standalone";
    static final String AUDIENCE = "millrace";
    private static final Duration TOKEN_LASTS = Duration.ofHours(12);
    private static final int RSA_BITS = 2048;

    private final DataFolder data;
    private final RSAKey key;
    private final Clock clock;

    private LocalIssuer(DataFolder data, RSAKey key, Clock clock) {
        this.data = data;
        this.key = key;
        this.clock = clock;
    }

    /** The data folder's issuer, made if it has none yet. */
    public static LocalIssuer in(DataFolder data, Clock clock) {
        try {
            String known = data.read("issuer/private.jwk.json");
            if (known != null) {
                return new LocalIssuer(data, RSAKey.parse(known), clock);
            }
            RSAKey drawn = new RSAKeyGenerator(RSA_BITS)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .keyIDFromThumbprint(true)
                    .generate();
            data.write("issuer/jwks.json", new JWKSet(drawn.toPublicJWK()).toString());
            data.write("issuer/session.key", random());
            // Last: while this file is missing, a start begins from scratch.
            data.write("issuer/private.jwk.json", drawn.toJSONString());
            return new LocalIssuer(data, drawn, clock);
        } catch (JOSEException | ParseException e) {
            throw new StartFailure("issuer", "its key can't be used: " + e.getMessage());
        }
    }

    /** A bearer token for this user. */
    public String token(String user, boolean admin) {
        return signed(claims(user, admin ? List.of("admin") : List.of()).build());
    }

    /** A bearer token that one of this user's devices is given; it ends when the device is removed. */
    public String deviceToken(String user, String device) {
        return signed(claims(user, List.of()).claim("device", device).build());
    }

    private JWTClaimsSet.Builder claims(String user, List<String> roles) {
        Instant now = clock.instant();
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject(user)
                .claim("roles", roles)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(TOKEN_LASTS)));
    }

    private String signed(JWTClaimsSet claims) {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new StartFailure("issuer", "its key can't sign: " + e.getMessage());
        }
        return token.serialize();
    }

    /** Public keys, for the roles. */
    Path jwks() {
        return data.root().resolve("issuer/jwks.json");
    }

    /** Signs cookie sessions; shared by the roles that take them. */
    Path sessionKey() {
        return data.root().resolve("issuer/session.key");
    }

    private static String random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes) + "\n";
    }
}
