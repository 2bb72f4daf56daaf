package dev.millrace.ingest;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StrictJson;
import dev.millrace.topics.v1.Account;
import dev.millrace.topics.v1.AccountCommand;
import dev.millrace.topics.v1.AccountOutcome;
import dev.millrace.topics.v1.AccountRefusalReason;
import dev.millrace.topics.v1.CloseAccount;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Profile;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Describing one's account, and closing it in all products. */
final class AccountRoutes {
    private static final int NAME_CHARS_MAX = 200;
    /** What fits between the angle brackets of an SMTP command (RFC 5321, 4.5.3.1.3). */
    private static final int EMAIL_CHARS_MAX = 254;

    /** Whether an address is real, only a mail to it can tell. */
    private static final Pattern EMAIL =
            Pattern.compile("[^@\\s\\p{Cntrl}]{1,64}@[^@.\\s\\p{Cntrl}]+(?:\\.[^@.\\s\\p{Cntrl}]+)+");

    private final CommandDesk desk;
    private final Identities identities;

    record ProfileBody(@Nullable String name, @Nullable String email) {
        Profile toProfile() {
            return Profile.newBuilder()
                    .setName(Expect.text("name", name, 1, NAME_CHARS_MAX))
                    .setEmail(Expect.matching(
                            "email",
                            Expect.text("email", email, 1, EMAIL_CHARS_MAX),
                            EMAIL,
                            "an address, <name>@<host>.<domain>"))
                    .build();
        }
    }

    AccountRoutes(CommandDesk desk, Identities identities) {
        this.desk = desk;
        this.identities = identities;
    }

    void addTo(CommandRoutes routes) {
        routes.forUsers(HttpMethod.PUT, "/users/:id").handler(this::define);
        routes.forUsersEvenIfClosed(HttpMethod.DELETE, "/users/:id").handler(this::close);
    }

    private void define(RoutingContext ctx) {
        String userId = userId(ctx);
        if (!isOwn(ctx, userId)) {
            throw notYours(userId, "your own id");
        }
        Profile profile = StrictJson.body(ctx, ProfileBody.class).toProfile();
        send(
                ctx,
                userId,
                meta -> AccountCommand.newBuilder()
                        .setMeta(meta)
                        .setUserId(userId)
                        .setDefineProfile(profile)
                        .build());
    }

    private void close(RoutingContext ctx) {
        String userId = userId(ctx);
        if (!isOwn(ctx, userId)) {
            // Only one's own account can be closed once more by a closed one.
            identities.refuseClosed(Caller.of(ctx));
            if (!Caller.of(ctx).has(Caller.ADMIN)) {
                throw notYours(userId, "your own id, or role " + Caller.ADMIN);
            }
        }
        send(
                ctx,
                userId,
                meta -> AccountCommand.newBuilder()
                        .setMeta(meta)
                        .setUserId(userId)
                        .setCloseAccount(CloseAccount.getDefaultInstance())
                        .build());
    }

    private static String userId(RoutingContext ctx) {
        return Expect.userId("id", ctx.pathParam("id"));
    }

    private static boolean isOwn(RoutingContext ctx, String userId) {
        return Caller.of(ctx).subject().equals(userId);
    }

    private static Problem notYours(String userId, String expected) {
        return Problem.of(403, "NOT_YOURS", "id", userId, expected);
    }

    private void send(RoutingContext ctx, String userId, Function<CommandMeta, AccountCommand> command) {
        desk.decide(ctx, SpineTopics.ACCOUNT_COMMANDS, userId, command)
                .onSuccess(decision -> tell(ctx, userId, decision))
                .onFailure(ctx::fail);
    }

    private static void tell(RoutingContext ctx, String userId, Decision decision) {
        if (decision instanceof Decision.Pending pending) {
            Accepted.pending(ctx, pending, ctx.normalizedPath(), Map.of("userId", userId, "status", "PENDING"));
            return;
        }
        AccountOutcome outcome = outcomeOf((Decision.Decided) decision);
        if (outcome.getKindCase() == AccountOutcome.KindCase.ACCEPTED) {
            Accepted.answer(ctx, 200, decision, json(outcome.getAccepted()));
        } else {
            ctx.fail(problem(outcome.getRefused()));
        }
    }

    private static Map<String, Object> json(Account account) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("userId", account.getUserId());
        if (account.getClosed()) {
            body.put("closed", true);
        } else {
            body.put("name", account.getProfile().getName());
            body.put("email", account.getProfile().getEmail());
            body.put("version", account.getVersion());
        }
        return body;
    }

    private static Problem problem(AccountRefusalReason reason) {
        return switch (reason) {
            case ACCOUNT_IDEMPOTENCY_KEY_REUSED ->
                Problem.of(
                        422,
                        "IDEMPOTENCY_KEY_REUSED",
                        "This Idempotency-Key was used for this call with another body.");
            case ACCOUNT_CLOSED -> Identities.accountClosed();
            case ACCOUNT_REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("refusal without a reason we know: " + reason);
        };
    }

    private static AccountOutcome outcomeOf(Decision.Decided decided) {
        try {
            return AccountOutcome.parseFrom(decided.outcome());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("outcome of " + decided.commandId() + " can't be read", e);
        }
    }
}
