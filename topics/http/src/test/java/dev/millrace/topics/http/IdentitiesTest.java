package dev.millrace.topics.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentitiesTest {
    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    private static Path dir;

    private static RSAKey key;
    private static final Ticking CLOCK = new Ticking();
    private static Identities identities;

    /** A clock that the tests move on. */
    private static final class Ticking extends Clock {
        private Instant now = Instant.now();

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeAll
    static void open() throws Exception {
        key = new RSAKeyGenerator(2048).keyID("k").generate();
        Path jwks = Files.writeString(dir.resolve("jwks.json"), new JWKSet(key.toPublicJWK()).toString());
        Path session = Files.write(dir.resolve("session.key"), new byte[32]);
        Settings settings = Settings.of(Map.of(
                "auth.jwks",
                jwks.toUri().toString(),
                "auth.issuer",
                "us",
                "session.key.file",
                session.toString(),
                "demo.users",
                "alice,organiser:admin"));
        identities = Identities.open(IdentitySettings.from(settings), VERTX, CLOCK, "gone"::equals);
        settings.check();
    }

    @AfterAll
    static void close() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aTokenNamesItsUserAndRoles() throws Exception {
        Caller caller = of(signed(claims().claim("roles", List.of("admin")).build()));

        assertThat(caller).isEqualTo(new Caller("alice", Set.of("admin"), false));
    }

    @Test
    void aTokenMayNameTheDeviceItWasGivenTo() throws Exception {
        assertThat(of(signed(claims().claim("device", "phone").build())).device())
                .isEqualTo("phone");
        assertThat(of(signed(claims().build())).device()).isEmpty();
        assertRefused(signed(claims().claim("device", "my phone").build()), "TOKEN_INVALID");
        assertRefused(signed(claims().claim("device", "").build()), "TOKEN_INVALID");
    }

    @Test
    void whatIsMadeFromADevicesTokenStaysThatDevices() {
        String ticket = identities
                .sessions()
                .liveTicket(new Caller("alice", Set.of(), false, "phone"))
                .ticket();

        assertThat(identities.sessions().ofLiveTicket(ticket).device()).isEqualTo("phone");
    }

    @Test
    void aRememberedTokenExpiresToo() throws Exception {
        String token = signed(claims().expirationTime(Date.from(CLOCK.instant().plusSeconds(60)))
                .build());
        of(token);
        CLOCK.now = CLOCK.now.plusSeconds(61);

        assertRefused(token, "TOKEN_EXPIRED");
    }

    @Test
    void tokensOfOthersAreRefused() throws Exception {
        assertRefused(signed(claims().issuer("them").build()), "TOKEN_INVALID");
        assertRefused(signed(claims().audience("elsewhere").build()), "TOKEN_INVALID");
        assertRefused(signed(claims().subject("").build()), "TOKEN_INVALID");
        assertRefused(signed(claims().subject("millrace:lapse").build()), "TOKEN_INVALID");
        assertRefused(
                signed(claims().expirationTime(Date.from(Instant.EPOCH.plusSeconds(1)))
                        .build()),
                "TOKEN_EXPIRED");
        assertRefused("nonsense", "TOKEN_INVALID");
        assertRefused("x".repeat(9_000), "TOKEN_INVALID");
        SignedJWT unsigned = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
        unsigned.sign(new MACSigner(new byte[32]));
        assertRefused(unsigned.serialize(), "TOKEN_INVALID");
    }

    @Test
    void aLiveTicketLastsAMinute() {
        String ticket = identities
                .sessions()
                .liveTicket(new Caller("alice", Set.of(), false))
                .ticket();

        assertThat(identities.sessions().ofLiveTicket(ticket).subject()).isEqualTo("alice");
        CLOCK.now = CLOCK.now.plus(Duration.ofSeconds(61));
        assertThatThrownBy(() -> identities.sessions().ofLiveTicket(ticket))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.reason()).isEqualTo("TOKEN_EXPIRED"));
        assertThatThrownBy(() -> identities.sessions().ofLiveTicket("x.y.z")).isInstanceOf(Problem.class);
    }

    @Test
    void aLiveTicketEndsWithTheAccount() {
        String ticket = identities
                .sessions()
                .liveTicket(new Caller("gone", Set.of(), false))
                .ticket();

        assertThatThrownBy(() -> identities.ofLiveTicket(ticket))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.reason()).isEqualTo("ACCOUNT_CLOSED"));
    }

    @Test
    void demoUsersAreThoseThatWereSet() {
        assertThat(identities.demoUsers()).containsExactly("alice", "organiser");
        assertThat(identities.demoUser("organiser"))
                .hasValueSatisfying(c -> assertThat(c.has(Caller.ADMIN)).isTrue());
        assertThat(identities.demoUser("mallory")).isEmpty();
    }

    private static void assertRefused(String token, String reason) {
        assertThatThrownBy(() -> of(token))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.reason()).isEqualTo(reason));
    }

    private static Caller of(String token) throws Exception {
        return identities
                .ofToken(token)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("us")
                .audience("millrace")
                .subject("alice")
                .expirationTime(Date.from(CLOCK.instant().plusSeconds(3_600)));
    }

    private static String signed(JWTClaimsSet claims) throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build(), claims);
        jwt.sign(new RSASSASigner(key));
        return jwt.serialize();
    }
}
