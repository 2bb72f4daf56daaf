package dev.millrace.topics.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whose tokens are believed.
 *
 * @param jwks {@code file:} or {@code http(s):} address of the issuer's public keys
 * @param sessionKeyFile at least 32 secret bytes, the same for every role that takes cookies
 * @param demoUsers who may sign in by name alone, as name or name:role; empty outside a demonstration
 */
public record IdentitySettings(
        String jwks,
        String issuer,
        String audience,
        Optional<Path> sessionKeyFile,
        Duration sessionLasts,
        boolean cookieSecure,
        List<String> demoUsers) {

    public static IdentitySettings from(Settings s) {
        return new IdentitySettings(
                s.text("auth.jwks", "file: or http(s): address of the token issuer's key set (JWKS)"),
                s.text("auth.issuer", "the iss claim a token must have"),
                s.text("auth.audience", "millrace", "what a token's aud claim must contain"),
                s.path("session.key.file", "file of at least 32 secret bytes that signs cookie sessions"),
                s.duration(
                        "session.lasts",
                        Duration.ofHours(12),
                        Duration.ofMinutes(1),
                        Duration.ofDays(30),
                        "how long a cookie session lasts"),
                s.flag("session.cookie.secure", false, "send the session cookie over HTTPS only"),
                s.list(
                        "demo.users",
                        List.of(),
                        "name or name:role of users who may sign in by name alone; for demonstrations"));
    }
}
