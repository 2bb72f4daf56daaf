package dev.millrace.topics.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever goes wrong in a request into a rendered {@link Problem}. */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    static void handleIn(Router router) {
        router.route().failureHandler(Problems::answerFailure);
        // Where no route was reached the context has no status of its own.
        for (int status : new int[] {400, 404, 405, 500}) {
            router.errorHandler(status, ctx -> answer(ctx.response(), problemOf(ctx, status, ctx.failure())));
        }
    }

    /** Writes the problem as the answer; does nothing if an answer is already under way. */
    static void answer(HttpServerResponse response, Problem problem) {
        answer(response, problem, rendered(problem));
    }

    /** The same for one who answers it often: with its body rendered before. */
    static void answer(HttpServerResponse response, Problem problem, Buffer rendered) {
        if (response.headWritten() || response.closed()) {
            return;
        }
        response.setStatusCode(problem.status()).putHeader("Content-Type", Problem.CONTENT_TYPE);
        problem.headers().forEach(response::putHeader);
        var unused = response.end(rendered);
    }

    static Buffer rendered(Problem problem) {
        return Buffer.buffer(StrictJson.bytes(problem.body()));
    }

    /** Answers what wasn't even HTTP. */
    static void answerInvalid(HttpServerRequest request) {
        Throwable cause =
                request.decoderResult() == null ? null : request.decoderResult().cause();
        Problem problem;
        if (cause instanceof TooLongHttpLineException) {
            problem = Problem.of(414, "URI_TOO_LONG", "The request line is too long.");
        } else if (cause instanceof TooLongHttpHeaderException) {
            problem = Problem.of(431, "HEADERS_TOO_LARGE", "The request's headers are too large.");
        } else {
            problem = Problem.of(400, "INVALID_REQUEST", "This is not HTTP as it should be.");
        }
        request.response().putHeader("Connection", "close");
        answer(request.response(), problem);
    }

    private static void answerFailure(RoutingContext ctx) {
        answer(ctx.response(), problemOf(ctx, ctx.statusCode(), ctx.failure()));
    }

    private static Problem problemOf(RoutingContext ctx, int status, @Nullable Throwable failure) {
        if (failure instanceof Problem problem) {
            return problem;
        }
        if (failure instanceof HttpClosedException) {
            // The caller hung up in the middle of its body; nobody reads this answer.
            return Problem.of(400, "INVALID_REQUEST", "The connection ended before the body did.");
        }
        String path = ctx.request().path();
        return switch (status) {
            case 400 -> Problem.of(400, "INVALID_REQUEST", "This request can't be read: is its path encoded right?");
            case 404 -> Problem.of(404, "NO_SUCH_ROUTE", "path", path, "a path of /openapi.json");
            case 405 ->
                Problem.of(
                        405,
                        "METHOD_NOT_ALLOWED",
                        "method",
                        ctx.request().method().name(),
                        "a method that /openapi.json has for " + path);
            case 413 ->
                Problem.of(
                        413,
                        "BODY_TOO_LARGE",
                        "Content-Length",
                        ctx.request().getHeader("Content-Length"),
                        "no more than this call takes, see /openapi.json");
            case 417 ->
                Problem.of(
                        417,
                        "EXPECTATION_FAILED",
                        "Expect",
                        ctx.request().getHeader("Expect"),
                        "100-continue, or nothing");
            default -> {
                LOG.atError()
                        .setCause(failure)
                        .addKeyValue("method", ctx.request().method().name())
                        .addKeyValue("path", path)
                        .addKeyValue("status", status)
                        .log("request failed");
                yield Problem.of(500, "INTERNAL", "Something broke on our side; it is logged.");
            }
        };
    }
}
