package dev.millrace.topics.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Clock;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The token issuer's keys, fetched from where the issuer publishes them. */
class IssuerKeysTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger fetched = new AtomicInteger();

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @Test
    void tokensAreCheckedWithTheKeysThatTheIssuerPublishes() throws Exception {
        RSAKey key = key("one");
        HttpServer issuer = issuer(200, new JWKSet(key.toPublicJWK()).toString());
        Identities identities = identitiesOf(issuer);

        assertThat(await(identities.ofToken(token(key, "alice"))).subject()).isEqualTo("alice");
        // More than once if an answer was too late.
        int times = fetched.get();
        assertThat(times).isPositive();
        assertThat(await(identities.ofToken(token(key, "bob"))).subject()).isEqualTo("bob");
        assertThat(fetched).hasValue(times);
        assertRefused(identities, token(key("one"), "mallory"), 401, "TOKEN_INVALID");
    }

    @Test
    void knownKeysOutliveTheirIssuer() throws Exception {
        RSAKey key = key("one");
        HttpServer issuer = issuer(200, new JWKSet(key.toPublicJWK()).toString());
        Identities identities = identitiesOf(issuer);
        await(identities.ofToken(token(key, "alice")));
        await(issuer.close());

        assertThat(await(identities.ofToken(token(key, "bob"))).subject()).isEqualTo("bob");
    }

    @Test
    void anIssuerThatDoesntAnswerIsNoFaultOfTheTokens() throws Exception {
        String token = token(key("one"), "alice");
        HttpServer broken = issuer(500, "");
        HttpServer silent = issuer(200, "no key set");
        HttpServer gone = issuer(200, "");
        Identities ofGone = identitiesOf(gone);
        await(gone.close());

        assertRefused(identitiesOf(broken), token, 503, "KEYS_UNAVAILABLE");
        assertRefused(identitiesOf(silent), token, 503, "KEYS_UNAVAILABLE");
        assertRefused(ofGone, token, 503, "KEYS_UNAVAILABLE");
    }

    private HttpServer issuer(int status, String keys) throws Exception {
        return await(vertx.createHttpServer()
                .requestHandler(request -> {
                    fetched.incrementAndGet();
                    var unused = request.response().setStatusCode(status).end(keys);
                })
                .listen(0, "127.0.0.1"));
    }

    private Identities identitiesOf(HttpServer issuer) {
        Settings settings = Settings.of(
                Map.of("auth.jwks", "http://127.0.0.1:" + issuer.actualPort() + "/jwks.json", "auth.issuer", "us"));
        return Identities.open(IdentitySettings.from(settings), vertx, Clock.systemUTC(), subject -> false);
    }

    private static void assertRefused(Identities identities, String token, int status, String reason) {
        assertThatThrownBy(() -> await(identities.ofToken(token)))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(Problem.class, p -> {
                    assertThat(p.status()).isEqualTo(status);
                    assertThat(p.reason()).isEqualTo(reason);
                });
    }

    private static RSAKey key(String id) throws Exception {
        return new RSAKeyGenerator(2048).keyID(id).generate();
    }

    private static String token(RSAKey key, String subject) throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer("us")
                        .audience("millrace")
                        .subject(subject)
                        .expirationTime(Date.from(Clock.systemUTC().instant().plusSeconds(60)))
                        .build());
        jwt.sign(new RSASSASigner(key));
        return jwt.serialize();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
