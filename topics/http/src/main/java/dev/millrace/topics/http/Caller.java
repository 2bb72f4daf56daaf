package dev.millrace.topics.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;

/**
 * Who sends a request.
 *
 * @param subject the token's subject, which is the user's id everywhere
 * @param viaSession whether by cookie session, not by bearer token
 */
public record Caller(String subject, Set<String> roles, boolean viaSession) {
    /** Role that may call {@code /admin}. */
    public static final String ADMIN = "admin";

    private static final String KEY = Caller.class.getName();

    public Caller {
        roles = Set.copyOf(roles);
    }

    /** The caller of a request behind {@link Identities#required()}. */
    public static Caller of(RoutingContext ctx) {
        return in(ctx).orElseThrow(() -> new IllegalStateException("this route doesn't ask who calls"));
    }

    /** The caller of a request behind {@link Identities#optional()}, if it says who it is. */
    public static Optional<Caller> in(RoutingContext ctx) {
        return Optional.ofNullable(ctx.get(KEY));
    }

    public boolean has(String role) {
        return roles.contains(role);
    }

    void putInto(RoutingContext ctx) {
        ctx.put(KEY, this);
    }
}
