package dev.millrace.tickets.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.serving.ServingLayer;
import dev.millrace.serving.TestWorld;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the reads still tell the user of a closed account, by facts on a real log. */
class ClosedAccountsIT {
    @Test
    void aClosedAccountReadsNothingOfItsOwnButEverythingPublic() throws Exception {
        try (TestWorld world = TestWorld.start();
                TestOwners owners = new TestOwners(world.broker().address())) {
            owners.define(TestEvents.event("gig", 1, 3));
            owners.closeAccount("early");
            try (ServingLayer layer = world.serve(owners.port(), Map.of())) {
                world.awaitReady(layer);
                assertClosed(world, layer, "early");

                assertThat(bookings(world, layer, "alice").statusCode()).isEqualTo(200);
                owners.closeAccount("alice");
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> bookings(world, layer, "alice").statusCode() == 403);
                assertClosed(world, layer, "alice");
                assertThat(bookings(world, layer, "bob").statusCode()).isEqualTo(200);
            }
        }
    }

    private static void assertClosed(TestWorld world, ServingLayer layer, String user) throws Exception {
        HttpResponse<String> refused = bookings(world, layer, user);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
        assertThat(new JsonObject(refused.body()).getString("reason")).isEqualTo("ACCOUNT_CLOSED");
        String cookie = world.issuer().cookie(user);
        assertThat(world.get(layer, "/bookings/gig." + "0".repeat(32), "Cookie", cookie)
                        .statusCode())
                .isEqualTo(403);
        assertThat(new JsonObject(world.get(layer, "/session", "Cookie", cookie).body()).getValue("user"))
                .isNull();
        assertThat(world.get(layer, "/events/gig", "Cookie", cookie).statusCode())
                .isEqualTo(200);
        assertThat(entering(layer, new WebSocketConnectOptions().addHeader("Cookie", cookie), ""))
                .isEqualTo(403);
        assertThat(entering(
                        layer,
                        new WebSocketConnectOptions(),
                        "?ticket=" + world.issuer().liveTicket(user)))
                .isEqualTo(403);
    }

    private static HttpResponse<String> bookings(TestWorld world, ServingLayer layer, String user) {
        return world.get(layer, "/bookings", "Authorization", world.issuer().bearer(user));
    }

    /** Status with which a live socket is refused; 101 if it isn't. */
    private static int entering(ServingLayer layer, WebSocketConnectOptions options, String query) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            return vertx.createWebSocketClient()
                    .connect(options.setHost("127.0.0.1")
                            .setPort(TestWorld.portOf(layer))
                            .setURI("/events/gig/live" + query))
                    .map(101)
                    .recover(refused -> refused instanceof UpgradeRejectedException e
                            ? io.vertx.core.Future.succeededFuture(e.getStatus())
                            : io.vertx.core.Future.failedFuture(refused))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
