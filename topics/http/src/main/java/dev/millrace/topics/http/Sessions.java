package dev.millrace.topics.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cookie sessions for pages, and the short-lived tickets that open a WebSocket. Both are JWTs (HS256) under one key
 * that all roles share, so none of them keeps a list of who is signed in.
 */
public final class Sessions {
    public static final String COOKIE = "millrace_session";
    /** Header that repeats a session's csrf claim on every call that changes something. */
    public static final String CSRF_HEADER = "X-CSRF-Token";

    private static final String SESSION_AUDIENCE = "millrace-session";
    private static final String LIVE_AUDIENCE = "millrace-live";
    private static final Duration LIVE_TICKET_LASTS = Duration.ofSeconds(60);
    private static final int KEY_BYTES_MIN = 32;
    private static final int REMEMBERED_MAX = 100_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final MACSigner signer;
    private final MACVerifier verifier;
    private final Duration lasts;
    private final boolean secure;
    private final Clock clock;
    private final Cache<String, Session> remembered = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(REMEMBERED_MAX)
            .build();

    /** One signed-in user: who, until when, and what unsafe calls must repeat in {@link #CSRF_HEADER}. */
    public record Session(Caller caller, String csrfToken, Instant expiresAt) {
        private static final String KEY = Session.class.getName();

        /** The session of a request that came with one. */
        public static Optional<Session> in(RoutingContext ctx) {
            return Optional.ofNullable(ctx.get(KEY));
        }

        void putInto(RoutingContext ctx) {
            ctx.put(KEY, this);
        }
    }

    /** Opens one WebSocket, for a minute. */
    public record LiveTicket(String ticket, Instant expiresAt) {}

    Sessions(byte[] key, Duration lasts, boolean secure, Clock clock) {
        try {
            this.signer = new MACSigner(key);
            this.verifier = new MACVerifier(key);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("session key: " + key.length + " bytes (expected: 32)", e);
        }
        this.lasts = lasts;
        this.secure = secure;
        this.clock = clock;
    }

    static byte[] key(Path file) {
        try {
            byte[] secret = Files.readAllBytes(file);
            if (secret.length < KEY_BYTES_MIN) {
                throw new IllegalArgumentException("session.key.file: " + file + " has " + secret.length
                        + " bytes (expected: at least " + KEY_BYTES_MIN + ")");
            }
            return MessageDigest.getInstance("SHA-256").digest(secret);
        } catch (IOException e) {
            throw new UncheckedIOException("session.key.file: " + file + " (expected: a readable file)", e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** Signs somebody in: sets the cookie. */
    public Session start(RoutingContext ctx, Caller caller) {
        Instant now = clock.instant();
        Session session = new Session(
                new Caller(caller.subject(), caller.roles(), true, caller.device()),
                random(),
                now.plus(lasts).truncatedTo(ChronoUnit.SECONDS));
        String token = sign(claims(SESSION_AUDIENCE, session.caller, session.expiresAt)
                .claim("csrf", session.csrfToken)
                .build());
        ctx.response().addCookie(cookie(token).setMaxAge(lasts.toSeconds()));
        return session;
    }

    /** Signs out: removes the cookie. */
    public void end(RoutingContext ctx) {
        ctx.response().addCookie(cookie("").setMaxAge(0));
    }

    /** The session whose cookie a request carries, unless it is forged or over. */
    public Optional<Session> of(HttpServerRequest request) {
        Cookie cookie = request.getCookie(COOKIE);
        if (cookie == null || cookie.getValue().isEmpty()) {
            return Optional.empty();
        }
        String token = cookie.getValue();
        Session session = remembered.getIfPresent(token);
        if (session == null) {
            session = read(token);
            if (session == null) {
                return Optional.empty();
            }
            remembered.put(token, session);
        }
        return session.expiresAt.isAfter(clock.instant()) ? Optional.of(session) : Optional.empty();
    }

    public LiveTicket liveTicket(Caller caller) {
        Instant expiresAt = clock.instant().plus(LIVE_TICKET_LASTS).truncatedTo(ChronoUnit.SECONDS);
        return new LiveTicket(sign(claims(LIVE_AUDIENCE, caller, expiresAt).build()), expiresAt);
    }

    /** @throws Problem 401 TOKEN_INVALID or TOKEN_EXPIRED */
    public Caller ofLiveTicket(String ticket) {
        try {
            JWTClaimsSet claims = verified(ticket, LIVE_AUDIENCE);
            if (claims == null) {
                throw Identities.invalid("no live ticket of ours");
            }
            if (!claims.getExpirationTime().toInstant().isAfter(clock.instant())) {
                throw Identities.expired();
            }
            return Identities.callerOf(claims, true);
        } catch (ParseException e) {
            throw Identities.invalid("no live ticket of ours");
        }
    }

    private @Nullable Session read(String token) {
        try {
            JWTClaimsSet claims = verified(token, SESSION_AUDIENCE);
            return claims == null
                    ? null
                    : new Session(
                            Identities.callerOf(claims, true),
                            claims.getStringClaim("csrf"),
                            claims.getExpirationTime().toInstant());
        } catch (ParseException | Problem e) {
            return null;
        }
    }

    private @Nullable JWTClaimsSet verified(String token, String audience) throws ParseException {
        SignedJWT jwt = SignedJWT.parse(token);
        try {
            if (!JWSAlgorithm.HS256.equals(jwt.getHeader().getAlgorithm()) || !jwt.verify(verifier)) {
                return null;
            }
        } catch (JOSEException e) {
            return null;
        }
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        return claims.getAudience().contains(audience) && claims.getExpirationTime() != null ? claims : null;
    }

    private JWTClaimsSet.Builder claims(String audience, Caller caller, Instant expiresAt) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .audience(audience)
                .subject(caller.subject())
                .claim("roles", new ArrayList<>(caller.roles()))
                .expirationTime(Date.from(expiresAt));
        // Or a removed device would come back with a cookie.
        return caller.device().isEmpty() ? claims : claims.claim("device", caller.device());
    }

    private String sign(JWTClaimsSet claims) {
        SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            jwt.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("session can't be signed", e);
        }
        return jwt.serialize();
    }

    private Cookie cookie(String value) {
        return Cookie.cookie(COOKIE, value)
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.LAX)
                .setPath("/")
                .setSecure(secure);
    }

    private static String random() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
