package dev.millrace.topics.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who sends a request.
 *
 * @param subject the token's subject, which is the user's id everywhere
 * @param viaSession whether by cookie session, not by bearer token
 * @param device which of the user's devices the token was given to; empty if it names none
 */
public record Caller(String subject, Set<String> roles, boolean viaSession, String device) {
    /** Role that may call {@code /admin}. */
    public static final String ADMIN = "admin";

    /** What a device may be called by. */
    public static final String DEVICE_ID = "1..64 letters, digits, _ or -";

    private static final String KEY = Caller.class.getName();
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public Caller {
        roles = Set.copyOf(roles);
    }

    public Caller(String subject, Set<String> roles, boolean viaSession) {
        this(subject, roles, viaSession, "");
    }

    /** The caller of a request behind {@link Identities#required()}. */
    public static Caller of(RoutingContext ctx) {
        return in(ctx).orElseThrow(() -> new IllegalStateException("this route doesn't ask who calls"));
    }

    /** The caller of a request behind {@link Identities#optional()}, if it says who it is. */
    public static Optional<Caller> in(RoutingContext ctx) {
        return Optional.ofNullable(ctx.get(KEY));
    }

    public static boolean isDeviceId(String text) {
        return DEVICE.matcher(text).matches();
    }

    public boolean has(String role) {
        return roles.contains(role);
    }

    void putInto(RoutingContext ctx) {
        ctx.put(KEY, this);
    }
}
