package dev.millrace.serving;

import dev.millrace.topics.Positions;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StateClient;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What all reads do alike with their requests: the position asked for, parameters, answers that come later. */
public final class Reads {
    /** Partitions of all logs that one answer may come from. */
    private static final int POSITIONS_MAX = 300;

    private static final Duration SOON = Duration.ofSeconds(1);

    private Reads() {}

    /** A route for GET and HEAD. */
    public static Route route(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    /** Sends away what would only wait, before anything is asked for it: 503 OVERLOADED. */
    public static Handler<RoutingContext> unlessFull(StateClient state) {
        return ctx -> {
            if (state.isFull()) {
                ctx.fail(overloaded());
            } else {
                ctx.next();
            }
        };
    }

    static Problem overloaded() {
        return Problem.of(503, "OVERLOADED", "More reads wait here than can be answered soon.")
                .retryAfter(SOON);
    }

    /** Ends the answer with this body, or, for HEAD, only with its length. */
    public static void end(RoutingContext ctx, Buffer body) {
        Future<Void> unused;
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            unused = ctx.response()
                    .putHeader("Content-Length", Integer.toString(body.length()))
                    .end();
        } else {
            unused = ctx.response().end(body);
        }
    }

    public static void endJson(RoutingContext ctx, JsonObject body) {
        ctx.response().putHeader("Content-Type", "application/json");
        end(ctx, body.toBuffer());
    }

    /** Tells up to where the answer includes the log. */
    public static void tellPosition(RoutingContext ctx, Position position) {
        ctx.response().putHeader("Millrace-Position", Positions.text(position));
    }

    /** Tells how old the answer may be, if it is old at all. */
    public static void tellAge(RoutingContext ctx, long seconds) {
        if (seconds > 0) {
            ctx.response().putHeader("Age", Long.toString(seconds));
        }
    }

    /** @throws Problem 400 INVALID_HEADER if the header Millrace-Position is there and isn't a position */
    public static Optional<Position> position(RoutingContext ctx) {
        String text = ctx.request().getHeader("Millrace-Position");
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Position> position = Positions.parse(text);
        if (position.isEmpty()) {
            throw Problem.of(
                    400, "INVALID_HEADER", "Millrace-Position", text, "the header of an answer, such as seats.3.1042");
        }
        return position;
    }

    /**
     * The positions in the header Millrace-Position, where a read includes several logs or partitions.
     *
     * @throws Problem 400 INVALID_HEADER if there is something else in it
     */
    public static List<Position> positions(RoutingContext ctx) {
        String text = ctx.request().getHeader("Millrace-Position");
        if (text == null || text.isEmpty()) {
            return List.of();
        }
        String[] parts = text.split(",", -1);
        List<Position> positions = Stream.of(parts)
                .map(String::strip)
                .map(Positions::parse)
                .flatMap(Optional::stream)
                .toList();
        if (positions.size() != parts.length || parts.length > POSITIONS_MAX) {
            throw Problem.of(
                    400,
                    "INVALID_HEADER",
                    "Millrace-Position",
                    text,
                    "the header of an answer, such as follows.3.1042, posts.5.77; at most " + POSITIONS_MAX);
        }
        return positions;
    }

    /** Tells up to where the answer includes each log and partition that it comes from. */
    public static void tellPositions(RoutingContext ctx, List<Position> positions) {
        if (!positions.isEmpty()) {
            String text = positions.stream().map(Positions::text).collect(Collectors.joining(", "));
            ctx.response().putHeader("Millrace-Position", text);
        }
    }

    /** What a read is told that asked for a position which didn't become visible in time. */
    public static Problem notYetVisible(Position asked) {
        return Problem.of(
                        504,
                        "NOT_YET_VISIBLE",
                        "Millrace-Position",
                        Positions.text(asked),
                        "a position whose facts are committed; ask again")
                .retryAfter(Duration.ofSeconds(1));
    }

    /** @throws Problem 400 INVALID_PARAMETER if it is given more than once */
    public static Optional<String> parameter(RoutingContext ctx, String name) {
        List<String> values = ctx.queryParam(name);
        if (values.size() > 1) {
            throw Problem.of(400, "INVALID_PARAMETER", name, values.size() + " times", "once");
        }
        return values.isEmpty() || values.get(0).isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** @throws Problem 400 INVALID_PARAMETER unless it is absent or a whole number within these bounds */
    public static int integer(RoutingContext ctx, String name, int whenAbsent, int min, int max) {
        return parameter(ctx, name)
                .map(text -> {
                    if (text.matches("\\d{1,9}")) {
                        int value = Integer.parseInt(text);
                        if (value >= min && value <= max) {
                            return value;
                        }
                    }
                    throw Problem.of(400, "INVALID_PARAMETER", name, text, min + ".." + max);
                })
                .orElse(whenAbsent);
    }

    /** @throws Problem 400 INVALID_PARAMETER if there is any parameter but these */
    public static void only(RoutingContext ctx, String... known) {
        for (String name : ctx.queryParams().names()) {
            if (!Set.of(known).contains(name)) {
                throw Problem.of(400, "INVALID_PARAMETER", "parameter", name, "one of " + List.of(known));
            }
        }
    }

    /** Answers on the request's own event loop once the value is there, unless the client was told otherwise before. */
    public static <T> void answer(RoutingContext ctx, Future<T> value, Consumer<T> write) {
        if (value.succeeded()) {
            write.accept(value.result());
            return;
        }
        Context own = ctx.vertx().getOrCreateContext();
        value.onComplete(done -> own.runOnContext(now -> {
            if (ctx.response().ended() || ctx.response().closed()) {
                return;
            }
            if (done.failed()) {
                ctx.fail(done.cause());
                return;
            }
            try {
                write.accept(done.result());
            } catch (RuntimeException e) {
                ctx.fail(e);
            }
        }));
    }
}
