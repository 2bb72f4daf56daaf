package dev.millrace.standalone;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The instances of a role as a load balancer sees them: in turn, those that are there. Each is asked twice a second; one that
 * broke off is left out until it answers again. For one event loop.
 */
final class RoleInstances {
    private static final long ASK_EVERY_MILLIS = 500;
    private static final long ANSWER_WITHIN_MILLIS = 1_000;

    private final String role;
    private final List<SocketAddress> all;
    private final Set<SocketAddress> away = new HashSet<>();
    private int turn;

    /** @param ports where they listen on this machine */
    RoleInstances(String role, List<Integer> ports) {
        this.role = role;
        this.all = ports.stream()
                .map(port -> SocketAddress.inetSocketAddress(port, "127.0.0.1"))
                .toList();
    }

    String role() {
        return role;
    }

    boolean hasOthers() {
        return all.size() > 1;
    }

    /**
     * Whose turn it is.
     *
     * @param tried one that didn't answer; taken again only if it is the only one
     */
    SocketAddress next(@Nullable SocketAddress tried) {
        List<SocketAddress> candidates = new ArrayList<>(all);
        candidates.removeAll(away);
        candidates.remove(tried);
        if (candidates.isEmpty()) {
            candidates.addAll(all);
            if (hasOthers()) {
                candidates.remove(tried);
            }
        }
        turn = (turn + 1) & Integer.MAX_VALUE;
        return candidates.get(turn % candidates.size());
    }

    void brokeOff(SocketAddress instance) {
        away.add(instance);
    }

    /** Begins to ask who is there; a single instance is always tried, and needn't be asked. */
    void watch(Vertx vertx, HttpClient client) {
        if (!hasOthers()) {
            return;
        }
        vertx.setPeriodic(
                ASK_EVERY_MILLIS,
                timer -> all.forEach(instance -> ask(client, instance)
                        .onSuccess(answer -> away.remove(instance))
                        .onFailure(failure -> away.add(instance))));
    }

    private static Future<HttpClientResponse> ask(HttpClient client, SocketAddress instance) {
        RequestOptions question = new RequestOptions()
                .setServer(instance)
                .setMethod(HttpMethod.GET)
                .setURI("/livez")
                .setTimeout(ANSWER_WITHIN_MILLIS);
        return client.request(question)
                .compose(asked -> asked.send())
                .compose(answer -> answer.end().map(answer));
    }
}
