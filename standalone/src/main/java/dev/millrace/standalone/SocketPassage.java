package dev.millrace.standalone;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;

/**
 * The gateway's way for WebSocket handshakes: what the role accepts becomes a tunnel, what it refuses is passed on whole,
 * with the reason that a reverse proxy would leave out.
 */
final class SocketPassage {
    private final HttpClient client;
    private final RoleInstances role;

    SocketPassage(HttpClient client, RoleInstances role) {
        this.client = client;
        this.role = role;
    }

    /** Fails, with nothing answered, if the role can't be asked. */
    Future<Void> pass(HttpServerRequest request) {
        request.pause();
        SocketAddress first = role.next(null);
        return pass(request, first).recover(failure -> {
            role.brokeOff(first);
            return role.hasOthers() && !request.response().headWritten()
                    ? pass(request, role.next(first))
                    : Future.failedFuture(failure);
        });
    }

    private Future<Void> pass(HttpServerRequest request, SocketAddress instance) {
        RequestOptions handshake = new RequestOptions()
                .setServer(instance)
                .setHost(instance.host())
                .setPort(instance.port())
                .setMethod(HttpMethod.GET)
                .setURI(request.uri());
        return client.request(handshake)
                .compose(asked -> {
                    asked.headers().setAll(request.headers());
                    asked.putHeader("X-Forwarded-For", request.remoteAddress().hostAddress());
                    return asked.connect();
                })
                .compose(answer -> answer.statusCode() == 101 ? tunnel(request, answer) : refuse(request, answer));
    }

    private static Future<Void> tunnel(HttpServerRequest request, HttpClientResponse answer) {
        request.response().setStatusCode(101).headers().setAll(answer.headers());
        NetSocket there = answer.netSocket();
        there.pause();
        return request.toNetSocket().compose(here -> {
            here.closeHandler(closed -> there.close());
            there.closeHandler(closed -> here.close());
            // However it ends, it was answered.
            return Future.join(here.pipeTo(there), there.pipeTo(here))
                    .otherwiseEmpty()
                    .mapEmpty();
        });
    }

    private static Future<Void> refuse(HttpServerRequest request, HttpClientResponse answer) {
        request.resume();
        return answer.body().compose(body -> {
            request.response().setStatusCode(answer.statusCode()).headers().setAll(answer.headers());
            request.response().headers().remove("Transfer-Encoding");
            return request.response().end(body);
        });
    }
}
