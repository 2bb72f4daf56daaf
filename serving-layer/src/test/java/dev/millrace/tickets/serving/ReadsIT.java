package dev.millrace.tickets.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.serving.ServingLayer;
import dev.millrace.serving.TestWorld;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Facts on a real log and rows in a real PostgreSQL, read over HTTP. */
class ReadsIT {
    private static TestWorld world;
    private static TestOwners owners;
    private static ServingLayer layer;

    @BeforeAll
    static void start() throws Exception {
        world = TestWorld.start();
        owners = new TestOwners(world.broker().address());
        layer = world.serve(owners.port(), Map.of("position.wait", "1s"));
        world.awaitReady(layer);
    }

    @AfterAll
    static void stop() {
        layer.close();
        owners.close();
        world.close();
    }

    @Test
    void anEventTellsItsSeatsInCatalogueOrder() {
        owners.define(TestEvents.event("order", 3, 10));
        owners.hold("order", "alice", "P-1-2");
        HttpResponse<String> answer = get("/events/order", "Millrace-Position", owners.lastPosition("order"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("public, max-age=1");
        assertThat(answer.headers().firstValue("Millrace-Position")).contains(owners.lastPosition("order"));
        JsonObject event = new JsonObject(answer.body());
        assertThat(event.getString("title")).isEqualTo("Große Nacht der Mühlen");
        assertThat(event.getString("startsAt")).isEqualTo("2026-09-21T14:13:20.000Z");
        assertThat(event.getJsonObject("venue").getInteger("capacity")).isEqualTo(30);
        assertThat(event.getInteger("available")).isEqualTo(29);
        assertThat(event.getJsonArray("tiers").getJsonObject(0))
                .isEqualTo(new JsonObject("{\"tierId\":\"front\",\"name\":\"Front\",\"price\":4500,\"available\":9}"));
        JsonArray tickets = event.getJsonArray("tickets");
        assertThat(tickets).hasSize(30);
        assertThat(tickets.getJsonObject(1))
                .isEqualTo(new JsonObject("{\"ticketId\":\"P-1-2\",\"section\":\"P\",\"row\":\"1\",\"seat\":2,\"x\":2,"
                        + "\"y\":1.25,\"tier\":\"front\",\"price\":4500,\"status\":\"RESERVED\"}"));
        assertThat(tickets.getJsonObject(10).getBoolean("accessible")).isTrue();
        assertThat(tickets.getJsonObject(29).getString("ticketId")).isEqualTo("P-3-10");
    }

    @Test
    void theSummaryLeavesOutTheTickets() {
        owners.define(TestEvents.event("summary", 2, 5));
        JsonObject event = new JsonObject(get("/events/summary?view=summary").body());
        assertThat(event.containsKey("tickets")).isFalse();
        assertThat(event.getInteger("seatMapVersion")).isEqualTo(1);
    }

    @Test
    void theSeatMapHasOneCharacterPerSeat() {
        owners.define(TestEvents.event("compact", 1, 4));
        Booking booking = owners.hold("compact", "alice", "P-1-2", "P-1-3");
        owners.become(booking, BookingStatus.BOOKING_CONFIRMED);
        owners.hold("compact", "bob", "P-1-4");
        JsonObject map =
                new JsonObject(get("/events/compact/seatmap", "Millrace-Position", owners.lastPosition("compact"))
                        .body());
        assertThat(map.getString("statuses")).isEqualTo("ASSR");
        assertThat(map.getJsonArray("available")).containsExactly(1, 0);
        assertThat(map.getInteger("seatMapVersion")).isEqualTo(4);
    }

    @Test
    void aKnownVersionIsNotSentAgain() {
        owners.define(TestEvents.event("tagged", 2, 5));
        String tag = get("/events/tagged/seatmap").headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> known = get("/events/tagged/seatmap", "If-None-Match", "\"x\", " + tag);
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        owners.hold("tagged", "alice", "P-1-1");
        HttpResponse<String> changed =
                get("/events/tagged/seatmap", "If-None-Match", tag, "Millrace-Position", owners.lastPosition("tagged"));
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.headers().firstValue("ETag")).isNotEqualTo(tag);
    }

    @Test
    void aBigEventIsCompressedForWhoTakesItSo() throws Exception {
        owners.define(TestEvents.event("big", 100, 50));
        HttpResponse<byte[]> answer = world.send(
                "GET", layer, "/events/big", HttpResponse.BodyHandlers.ofByteArray(), "Accept-Encoding", "gzip");
        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding");
        byte[] json = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
        assertThat(new JsonObject(io.vertx.core.buffer.Buffer.buffer(json)).getJsonArray("tickets"))
                .hasSize(5000);
        assertThat(get("/events/big").headers().firstValue("ETag"))
                .isNotEqualTo(answer.headers().firstValue("ETag"));
    }

    @Test
    void headHasNoBody() {
        owners.define(TestEvents.event("head", 1, 3));
        HttpResponse<String> answer = world.send("HEAD", layer, "/events/head", HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("ETag")).isPresent();
    }

    @Test
    void whoAsksForAPositionSeesIt() {
        owners.define(TestEvents.event("own", 5, 10));
        get("/events/own/seatmap");
        for (int seat = 1; seat <= 10; seat++) {
            owners.hold("own", "alice", "P-2-" + seat);
            JsonObject map = new JsonObject(get("/events/own/seatmap", "Millrace-Position", owners.lastPosition("own"))
                    .body());
            assertThat(map.getString("statuses").substring(10, 20)).isEqualTo("R".repeat(seat) + "A".repeat(10 - seat));
        }
    }

    @Test
    void aPositionThatDoesntComeIsRefusedAfterAWhile() {
        owners.define(TestEvents.event("never", 1, 3));
        for (String path : List.of("/events/never", "/events/search")) {
            HttpResponse<String> answer = get(path, "Millrace-Position", owners.futurePosition("never"));
            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(reason(answer)).isEqualTo("NOT_YET_VISIBLE");
        }
        HttpResponse<String> list = get(
                "/bookings",
                "Millrace-Position",
                owners.futurePosition("never"),
                "Authorization",
                world.issuer().bearer("alice"));
        assertThat(reason(list)).isEqualTo("NOT_YET_VISIBLE");
    }

    @Test
    void badRequestsAreNamed() {
        owners.define(TestEvents.event("strict", 1, 3));
        assertThat(reason(get("/events/nowhere"))).isEqualTo("UNKNOWN_EVENT");
        assertThat(reason(get("/events/no%20such"))).isEqualTo("UNKNOWN_EVENT");
        assertThat(reason(get("/events/strict?view=all"))).isEqualTo("INVALID_PARAMETER");
        assertThat(reason(get("/events/strict?wiew=summary"))).isEqualTo("INVALID_PARAMETER");
        assertThat(reason(get("/events/strict", "Millrace-Position", "over there")))
                .isEqualTo("INVALID_HEADER");
        assertThat(reason(get("/bookings"))).isEqualTo("TOKEN_MISSING");
        String token = world.issuer().bearer("alice");
        assertThat(reason(get("/bookings?pageSize=101", "Authorization", token)))
                .isEqualTo("INVALID_PARAMETER");
        assertThat(reason(get("/bookings?cursor=AQID", "Authorization", token))).isEqualTo("INVALID_PARAMETER");
        assertThat(reason(get("/bookings/none", "Authorization", token))).isEqualTo("UNKNOWN_BOOKING");
    }

    @Test
    void aBookingIsItsOwnersOnly() {
        owners.define(TestEvents.event("private", 1, 3));
        Booking booking = owners.hold("private", "alice", "P-1-1", "P-1-2");
        String path = "/bookings/" + booking.getBookingId();
        HttpResponse<String> own = get(path, "Authorization", world.issuer().bearer("alice"));
        assertThat(own.statusCode()).isEqualTo(200);
        JsonObject json = new JsonObject(own.body());
        assertThat(json.getString("status")).isEqualTo("RESERVED");
        assertThat(json.getInteger("total")).isEqualTo(9000);
        assertThat(json.getJsonArray("tickets").getJsonObject(1))
                .isEqualTo(new JsonObject("{\"ticketId\":\"P-1-2\",\"section\":\"P\",\"row\":\"1\",\"seat\":2,"
                        + "\"tier\":\"front\",\"price\":4500}"));
        HttpResponse<String> foreign = get(path, "Authorization", world.issuer().bearer("bob"));
        assertThat(foreign.statusCode()).isEqualTo(404);
        assertThat(reason(foreign)).isEqualTo("UNKNOWN_BOOKING");
    }

    @Test
    void bookingsAreListedPageByPageNewestFirst() {
        owners.define(TestEvents.event("list", 10, 10));
        List<String> made = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            made.add(0, owners.hold("list", "carol", "P-3-" + i).getBookingId());
        }
        List<String> seen = new ArrayList<>();
        String path = "/bookings?pageSize=3";
        int pages = 0;
        while (path != null) {
            HttpResponse<String> answer = get(
                    path,
                    "Millrace-Position",
                    owners.lastPosition("list"),
                    "Cookie",
                    world.issuer().cookie("carol"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonObject page = new JsonObject(answer.body());
            page.getJsonArray("items").forEach(b -> seen.add(((JsonObject) b).getString("bookingId")));
            String cursor = page.getString("nextCursor");
            path = cursor == null ? null : "/bookings?pageSize=3&cursor=" + cursor;
            pages++;
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(made);
        assertThat(pages).isEqualTo(3);
        String cursor = new JsonObject(
                        get("/bookings?pageSize=3", "Cookie", world.issuer().cookie("carol"))
                                .body())
                .getString("nextCursor");
        assertThat(reason(get(
                        "/bookings?cursor=" + cursor, "Cookie", world.issuer().cookie("alice"))))
                .isEqualTo("INVALID_PARAMETER");
    }

    @Test
    void theListShowsWhatTheCallerJustDid() {
        owners.define(TestEvents.event("fresh", 5, 10));
        Booking booking = owners.hold("fresh", "dave", "P-1-1");
        assertThat(statuses("dave", "fresh")).containsExactly("RESERVED");
        owners.become(booking, BookingStatus.BOOKING_CONFIRMED);
        assertThat(statuses("dave", "fresh")).containsExactly("CONFIRMED");
    }

    @Test
    void searchFindsByBeginningsOfWordsWithoutAccents() {
        var position = dev.millrace.topics.Positions.text(owners.define(TestEvents.event("found", 2, 5)));
        JsonObject found = search("/events/search?keyword=grosse%20MUHL%20weir&city=bremen&type=concert", position);
        JsonObject item = found.getJsonArray("items").stream()
                .map(JsonObject.class::cast)
                .filter(i -> i.getString("eventId").equals("found"))
                .findFirst()
                .orElseThrow();
        assertThat(item.getInteger("seats")).isEqualTo(10);
        assertThat(item.getInteger("available")).isEqualTo(10);
        assertThat(item.getInteger("priceMax")).isEqualTo(4500);
        assertThat(item.getJsonObject("venue").getString("city")).isEqualTo("Bremen");
        assertThat(found.getJsonObject("facets")
                        .getJsonArray("city")
                        .getJsonObject(0)
                        .getString("value"))
                .isEqualTo("Bremen");
        assertThat(found.getJsonObject("facets")
                        .getJsonArray("month")
                        .getJsonObject(0)
                        .getString("value"))
                .isEqualTo("2026-09");
        assertThat(found.getJsonObject("facets")
                        .getJsonArray("priceBand")
                        .getJsonObject(0)
                        .getString("value"))
                .isEqualTo("0");
        assertThat(search("/events/search?keyword=grossen", position).getInteger("total"))
                .isZero();
    }

    @Test
    void searchNarrowsByTimePricePerformerAndPlace() {
        var position = dev.millrace.topics.Positions.text(owners.define(TestEvents.event("narrow", 2, 5)));
        assertThat(search("/events/search?start=2026-09-21&end=2026-09-21", position)
                        .getInteger("total"))
                .isPositive();
        assertThat(search("/events/search?start=2026-09-22", position).getInteger("total"))
                .isZero();
        assertThat(search("/events/search?priceMin=1&priceMax=4499", position).getInteger("total"))
                .isZero();
        assertThat(search("/events/search?priceMin=4500", position).getInteger("total"))
                .isPositive();
        assertThat(search("/events/search?performer=the%20sluice%20quartet&sort=popularity", position)
                        .getInteger("total"))
                .isPositive();
        JsonObject near = search("/events/search?near=53.0,8.8&radiusKm=20&sort=distance", position);
        assertThat(near.getJsonArray("items").getJsonObject(0).getDouble("distanceKm"))
                .isBetween(8.0, 10.0);
        assertThat(search("/events/search?near=48.1,11.6&radiusKm=20", position).getInteger("total"))
                .isZero();
    }

    @Test
    void everySearchParameterIsChecked() {
        for (String wrong : List.of(
                "start=tomorrow",
                "start=2026-09-22&end=2026-09-21",
                "priceMin=-1",
                "priceMin=5&priceMax=4",
                "near=91,0",
                "near=53",
                "radiusKm=5",
                "sort=best",
                "sort=distance",
                "page=-1",
                "page=99999",
                "pageSize=0",
                "pageSize=101",
                "keyword=" + "a".repeat(201),
                "keyword=a&keyword=b",
                "colour=red")) {
            HttpResponse<String> answer = get("/events/search?" + wrong);
            assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
            assertThat(reason(answer)).as(wrong).isEqualTo("INVALID_PARAMETER");
        }
    }

    @Test
    void theSessionTellsWhoIsSignedIn() {
        JsonObject nobody = new JsonObject(get("/session").body());
        assertThat(nobody.getString("user")).isNull();
        assertThat(nobody.getJsonArray("demoUsers")).containsExactly("alice", "bob");
        JsonObject alice = new JsonObject(
                get("/session", "Cookie", world.issuer().cookie("alice")).body());
        assertThat(alice.getString("user")).isEqualTo("alice");
        assertThat(alice.getString("csrfToken")).isEqualTo("c");
    }

    @Test
    void pagesComeWithAStrictPolicyAndTheirAssetsForEver() {
        HttpResponse<String> page = get("/tickets/some-event");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-cache");
        var script = java.util.regex.Pattern.compile("/assets/[^\"]+\\.js").matcher(page.body());
        assertThat(script.find()).isTrue();
        HttpResponse<String> asset = get(script.group());
        assertThat(asset.headers().firstValue("Cache-Control")).contains("public, max-age=31536000, immutable");
        assertThat(asset.headers().firstValue("Content-Type")).contains("text/javascript; charset=utf-8");
        assertThat(get("/assets/..%2f..%2flogback.xml").statusCode()).isEqualTo(404);
    }

    private static List<String> statuses(String user, String eventId) {
        JsonObject page = new JsonObject(get(
                        "/bookings",
                        "Millrace-Position",
                        owners.lastPosition(eventId),
                        "Cookie",
                        world.issuer().cookie(user))
                .body());
        return page.getJsonArray("items").stream()
                .map(b -> ((JsonObject) b).getString("status"))
                .toList();
    }

    private static JsonObject search(String path, String position) {
        HttpResponse<String> answer = get(path, "Millrace-Position", position);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static HttpResponse<String> get(String path, String... headers) {
        return world.get(layer, path, headers);
    }

    private static String reason(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getString("reason");
    }
}
