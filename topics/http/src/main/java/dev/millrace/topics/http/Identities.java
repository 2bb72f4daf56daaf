package dev.millrace.topics.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells who sends a request: by bearer token (JWT, RS256, checked against the issuer's key set) or by cookie session.
 * A token that was checked once is remembered until it expires, as checking costs more than all the rest of a request.
 */
public final class Identities {
    /** Most tokens remembered; beyond that the least used are checked again. */
    private static final int REMEMBERED_MAX = 100_000;
    /** Longest token taken, in characters. */
    private static final int TOKEN_CHARS_MAX = 8_192;
    /** Longest subject taken, in characters, as for every id. */
    static final int SUBJECT_CHARS_MAX = 128;

    private static final Duration JWKS_TIMEOUT = Duration.ofSeconds(2);
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private final Vertx vertx;
    private final Clock clock;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final Cache<String, Verified> remembered = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(REMEMBERED_MAX)
            .build();
    private final @Nullable Sessions sessions;
    private final List<Caller> demoUsers;
    private final Predicate<String> closed;

    private record Verified(Caller caller, Instant expiresAt) {}

    /** What becomes of a caller whose account is closed. */
    private enum Closed {
        REFUSED,
        ADMITTED,
        TAKEN_FOR_NOBODY
    }

    private Identities(Vertx vertx, Clock clock, IdentitySettings settings, Predicate<String> closed) {
        this.vertx = vertx;
        this.clock = clock;
        this.closed = closed;
        this.demoUsers = settings.demoUsers().stream()
                .map(user -> user.split(":", 2))
                .map(user -> new Caller(user[0], user.length == 1 ? Set.of() : Set.of(user[1]), true))
                .toList();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys(settings.jwks())));
        var claims =
                new DefaultJWTClaimsVerifier<SecurityContext>(
                        settings.audience(),
                        new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                        Set.of("sub", "exp")) {
                    @Override
                    protected java.util.Date currentTime() {
                        return java.util.Date.from(clock.instant());
                    }
                };
        claims.setMaxClockSkew(0);
        processor.setJWTClaimsSetVerifier(claims);
        this.sessions = settings.sessionKeyFile()
                .map(file -> new Sessions(Sessions.key(file), settings.sessionLasts(), settings.cookieSecure(), clock))
                .orElse(null);
    }

    /**
     * @param closed whether a user's account is closed; may throw a {@link Problem} while that isn't known
     * @throws IllegalArgumentException if the key set or the session key can't be read
     */
    public static Identities open(IdentitySettings settings, Vertx vertx, Clock clock, Predicate<String> closed) {
        return new Identities(vertx, clock, settings, closed);
    }

    private static JWKSource<SecurityContext> keys(String jwks) {
        URI address = URI.create(jwks);
        try {
            if ("file".equals(address.getScheme())) {
                return new ImmutableJWKSet<>(JWKSet.load(Path.of(address).toFile()));
            }
            return JWKSourceBuilder.create(
                            address.toURL(),
                            new com.nimbusds.jose.util.DefaultResourceRetriever(
                                    (int) JWKS_TIMEOUT.toMillis(), (int) JWKS_TIMEOUT.toMillis(), 1 << 20))
                    .retrying(true)
                    .outageTolerant(Duration.ofHours(12).toMillis())
                    .build();
        } catch (MalformedURLException | IllegalArgumentException | ParseException e) {
            throw new IllegalArgumentException("auth.jwks: " + jwks + " (expected: address of a key set)", e);
        } catch (IOException e) {
            throw new UncheckedIOException("auth.jwks: " + jwks + " (expected: a readable key set)", e);
        }
    }

    /**
     * Lets a request through only if it says who sends it, and their account isn't closed: 403 ACCOUNT_CLOSED. {@link
     * Caller#of} then has the answer.
     */
    public Handler<RoutingContext> required() {
        return ctx -> identify(ctx, true, Closed.REFUSED);
    }

    /** As {@link #required}, for the one call that a closed account may still make: closing it, once more. */
    public Handler<RoutingContext> requiredEvenIfClosed() {
        return ctx -> identify(ctx, true, Closed.ADMITTED);
    }

    /** As {@link #required}, but a request that says nothing about its sender, or names a closed account, goes through. */
    public Handler<RoutingContext> optional() {
        return ctx -> identify(ctx, false, Closed.TAKEN_FOR_NOBODY);
    }

    /** As {@link #optional}, but a closed account's request is refused. */
    public Handler<RoutingContext> optionalUnlessClosed() {
        return ctx -> identify(ctx, false, Closed.REFUSED);
    }

    /** The user of a live ticket: 401 TOKEN_INVALID or TOKEN_EXPIRED, 403 ACCOUNT_CLOSED. */
    public Caller ofLiveTicket(String ticket) {
        Caller caller = sessions().ofLiveTicket(ticket);
        refuseClosed(caller);
        return caller;
    }

    public static Problem accountClosed() {
        return Problem.of(403, "ACCOUNT_CLOSED", "This account is closed; nothing more happens in its name.");
    }

    /** @throws Problem 403 ACCOUNT_CLOSED */
    public void refuseClosed(Caller caller) {
        if (closed.test(caller.subject())) {
            throw accountClosed();
        }
    }

    /** Behind {@link #required}: lets only callers of this role through. */
    public static Handler<RoutingContext> role(String role) {
        return ctx -> {
            Caller caller = Caller.of(ctx);
            if (caller.has(role)) {
                ctx.next();
            } else {
                ctx.fail(Problem.of(403, "ROLE_REQUIRED", "roles", caller.roles(), "role " + role));
            }
        };
    }

    /** Cookie sessions. Needs the setting session.key.file. */
    public Sessions sessions() {
        if (sessions == null) {
            throw new IllegalStateException("session.key.file: missing (expected: file of at least 32 secret bytes)");
        }
        return sessions;
    }

    /** Names of those who may sign in by name alone. */
    public List<String> demoUsers() {
        return demoUsers.stream().map(Caller::subject).toList();
    }

    /** One who may sign in by name alone. */
    public Optional<Caller> demoUser(String name) {
        return demoUsers.stream().filter(c -> c.subject().equals(name)).findFirst();
    }

    /** Checks a bearer token; fails with 401 TOKEN_INVALID or TOKEN_EXPIRED. */
    public Future<Caller> ofToken(String token) {
        Verified known = remembered.getIfPresent(token);
        if (known != null) {
            return known.expiresAt.isAfter(clock.instant())
                    ? Future.succeededFuture(known.caller)
                    : Future.failedFuture(expired());
        }
        if (token.length() > TOKEN_CHARS_MAX) {
            return Future.failedFuture(invalid("longer than " + TOKEN_CHARS_MAX + " characters"));
        }
        // Not on the event loop: an RSA check takes a while, and an unknown key may have to be fetched.
        return vertx.executeBlocking(
                () -> {
                    Verified verified = verify(token);
                    remembered.put(token, verified);
                    return verified.caller;
                },
                false);
    }

    private Verified verify(String token) {
        try {
            JWTClaimsSet claims = processor.process(token, null);
            return new Verified(
                    callerOf(claims, false), claims.getExpirationTime().toInstant());
        } catch (ExpiredJWTException e) {
            throw expired();
        } catch (BadJOSEException | ParseException e) {
            throw invalid(String.valueOf(e.getMessage()));
        } catch (JOSEException e) {
            throw Problem.of(503, "KEYS_UNAVAILABLE", "The token issuer's keys can't be had right now.")
                    .retryAfter(Duration.ofSeconds(1));
        }
    }

    static Caller callerOf(JWTClaimsSet claims, boolean viaSession) throws ParseException {
        String subject = claims.getSubject();
        // "millrace:" is how our own reminders sign.
        if (subject == null
                || subject.isBlank()
                || subject.length() > SUBJECT_CHARS_MAX
                || subject.startsWith("millrace:")) {
            throw invalid("claim sub: " + subject + " (expected: 1.." + SUBJECT_CHARS_MAX + " characters)");
        }
        List<String> roles = claims.getStringListClaim("roles");
        String device = claims.getStringClaim("device");
        if (device != null && !Caller.isDeviceId(device)) {
            throw invalid("claim device: " + device + " (expected: " + Caller.DEVICE_ID + ")");
        }
        return new Caller(
                subject, roles == null ? Set.of() : Set.copyOf(roles), viaSession, device == null ? "" : device);
    }

    private void identify(RoutingContext ctx, boolean must, Closed closedIs) {
        String authorization = ctx.request().getHeader("Authorization");
        if (authorization != null) {
            if (!authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
                ctx.fail(invalid("Authorization of another kind (expected: Bearer)"));
                return;
            }
            Future<Caller> caller = ofToken(authorization.substring(7).strip());
            if (caller.succeeded()) {
                admit(ctx, caller.result(), Optional.empty(), closedIs);
                return;
            }
            // The body mustn't run past us while we look.
            ctx.request().pause();
            caller.onComplete(looked -> {
                if (looked.succeeded()) {
                    admit(ctx, looked.result(), Optional.empty(), closedIs);
                } else {
                    ctx.fail(looked.cause());
                }
                // Only now: whoever reads the body had to be put in place first.
                ctx.request().resume();
            });
            return;
        }
        Optional<Sessions.Session> session = sessions == null ? Optional.empty() : sessions.of(ctx.request());
        if (session.isPresent()) {
            if (!SAFE_METHODS.contains(ctx.request().method().name())
                    && !session.get().csrfToken().equals(ctx.request().getHeader(Sessions.CSRF_HEADER))) {
                ctx.fail(Problem.of(
                        403,
                        "CSRF_TOKEN_WRONG",
                        "header " + Sessions.CSRF_HEADER,
                        ctx.request().getHeader(Sessions.CSRF_HEADER),
                        "csrfToken of GET /session"));
                return;
            }
            admit(ctx, session.get().caller(), session, closedIs);
        } else if (must) {
            ctx.fail(Problem.of(
                            401,
                            "TOKEN_MISSING",
                            "This call needs to know who you are: send a bearer token, or sign in.")
                    .header("WWW-Authenticate", "Bearer realm=\"millrace\""));
        } else {
            ctx.next();
        }
    }

    private void admit(RoutingContext ctx, Caller caller, Optional<Sessions.Session> session, Closed closedIs) {
        try {
            if (closedIs == Closed.REFUSED) {
                refuseClosed(caller);
            }
            if (closedIs != Closed.TAKEN_FOR_NOBODY || !closed.test(caller.subject())) {
                session.ifPresent(s -> s.putInto(ctx));
                caller.putInto(ctx);
            }
        } catch (Problem refused) {
            ctx.fail(refused);
            return;
        }
        ctx.next();
    }

    static Problem expired() {
        return Problem.of(401, "TOKEN_EXPIRED", "The token has expired: get a new one, or sign in again.")
                .header(
                        "WWW-Authenticate",
                        "Bearer realm=\"millrace\", error=\"invalid_token\", error_description=\"expired\"");
    }

    static Problem invalid(String why) {
        return Problem.of(401, "TOKEN_INVALID", "The token isn't valid: " + why)
                .header("WWW-Authenticate", "Bearer realm=\"millrace\", error=\"invalid_token\"");
    }
}
