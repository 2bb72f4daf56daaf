package dev.millrace.feed.serving;

import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.serving.Cursors;
import dev.millrace.serving.Reads;
import dev.millrace.topics.Positions;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.Times;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** GET /feed: the posts of whom the caller follows now, and the caller's own, newest first; or what arrived since. */
final class FeedRoutes {
    static final int PAGE_SIZE = 20;
    static final int PAGE_SIZE_MAX = 100;

    /** Somebody who was away for longer begins with the newest page. */
    private static final Duration SINCE_MAX = Duration.ofDays(7);

    private final Identities identities;
    private final FeedOwners owners;
    private final Followings followings;
    private final FeedPages pages;
    private final Cursors cursors;
    private final Predicate<String> closed;
    private final InstantSource clock;

    FeedRoutes(
            Identities identities,
            FeedOwners owners,
            Followings followings,
            FeedPages pages,
            Cursors cursors,
            Predicate<String> closed,
            InstantSource clock) {
        this.identities = identities;
        this.owners = owners;
        this.followings = followings;
        this.pages = pages;
        this.cursors = cursors;
        this.closed = closed;
        this.clock = clock;
    }

    void addTo(Router router) {
        Reads.route(router, "/feed").handler(identities.required()).handler(this::feed);
    }

    private void feed(RoutingContext ctx) {
        Reads.only(ctx, "pageSize", "cursor", "since");
        Asked asked = Asked.in(ctx);
        int pageSize = Reads.integer(ctx, "pageSize", PAGE_SIZE, 1, PAGE_SIZE_MAX);
        Optional<String> cursor = Reads.parameter(ctx, "cursor");
        Optional<String> since = Reads.parameter(ctx, "since");
        if (cursor.isPresent() && since.isPresent()) {
            throw Problem.of(400, "INVALID_PARAMETER", "since", since.get(), "none with a cursor");
        }
        Future<JsonObject> answer = since.isPresent()
                ? arrivals(ctx, asked, since(asked.caller(), since.get()), pageSize)
                : newestFirst(
                        ctx,
                        asked,
                        cursor.map(text -> before(asked.caller(), text)).orElse(0L),
                        pageSize);
        Reads.answer(ctx, answer, json -> {
            ctx.response().putHeader("Cache-Control", "private, no-store");
            Reads.endJson(ctx, json);
        });
    }

    private Future<JsonObject> newestFirst(RoutingContext ctx, Asked asked, long before, int pageSize) {
        return following(asked)
                .compose(following -> pages.before(following, asked, before, pageSize + 1))
                .map(page -> {
                    List<Post> posts = page.posts().stream().limit(pageSize).toList();
                    JsonObject json = new JsonObject().put("items", PostJson.of(posts));
                    if (page.posts().size() > pageSize) {
                        String last = PostIds.text(posts.get(pageSize - 1).getPostId());
                        json.put("nextCursor", cursors.sign(listOf(asked.caller()), last));
                    }
                    if (before == 0) {
                        json.put("nextSince", sign(asked, new SinceMark(page.newest())));
                    }
                    return tell(ctx, json, page);
                });
    }

    private Future<JsonObject> arrivals(RoutingContext ctx, Asked asked, Since since, int pageSize) {
        return following(asked)
                .compose(following -> page(following, asked, since.looked(), pageSize + 1)
                        .compose(page -> skipped(following, asked, since).map(gap -> {
                            boolean more = page.posts().size() > pageSize;
                            List<Post> posts =
                                    page.posts().stream().limit(pageSize).toList();
                            SinceMark there = new SinceMark(page.newest());
                            SinceMark seen =
                                    more ? there.upTo(posts.get(pageSize - 1).getPostId()) : there;
                            JsonObject json = new JsonObject()
                                    .put("items", PostJson.of(posts))
                                    .put("nextSince", sign(asked, since.mark().and(seen)))
                                    .put("more", more)
                                    .put("hasGap", gap);
                            return tell(ctx, json, page);
                        })));
    }

    /** Whether something arrived between what was seen and what is looked back for. */
    private Future<Boolean> skipped(Following following, Asked asked, Since since) {
        return since.left().isEmpty()
                ? Future.succeededFuture(false)
                : page(following, asked.ofAnyTime(), since.left().get(), 1)
                        .map(page -> !page.posts().isEmpty());
    }

    private Future<Following> following(Asked asked) {
        return owners.partitions().compose(partitions -> followings.of(asked.caller(), partitions, asked));
    }

    private Future<FeedPage> page(Following following, Asked asked, FeedBounds bounds, int limit) {
        Map<Integer, Sought> sought = Sought.all(closed, following.byPartition());
        if (bounds.oldestFirst()) {
            sought.replaceAll((partition, authors) -> authors.ifPostedAfter(bounds.afterIn(partition)));
        }
        return FeedMerge.page(owners, sought, following.position(), asked, bounds, limit);
    }

    private static JsonObject tell(RoutingContext ctx, JsonObject json, FeedPage page) {
        Reads.tellPositions(ctx, page.positions());
        return json.put("position", positions(page));
    }

    private static JsonArray positions(FeedPage page) {
        return new JsonArray(page.positions().stream().map(Positions::text).toList());
    }

    /** A cursor of ours, or the time of the last post shown. */
    private long before(String caller, String cursor) {
        Optional<Long> time = Times.parse(cursor);
        if (time.isPresent()) {
            return PostIds.firstOf(time.get());
        }
        return PostIds.parse(cursors.open("cursor", listOf(caller), cursor)).orElseThrow();
    }

    /**
     * From where arrivals are wanted.
     *
     * @param looked what is looked for
     * @param left what lies before that and wasn't seen either
     */
    private record Since(SinceMark mark, FeedBounds looked, Optional<FeedBounds> left) {}

    /** A nextSince of ours, or the time up to which everything was seen. */
    private Since since(String caller, String text) {
        Optional<Long> time = Times.parse(text);
        SinceMark mark = time.isPresent()
                ? new SinceMark(Map.of())
                : SinceMark.of(cursors.open("since", arrivalsOf(caller), text));
        // One less than the next millisecond's first id is this one's last.
        long elsewhere = time.map(millis -> PostIds.firstOf(millis + 1) - 1).orElseGet(mark::elsewhere);
        long earliest = PostIds.firstOf(clock.millis() - SINCE_MAX.toMillis());
        if (elsewhere >= earliest) {
            return new Since(mark, new FeedBounds(0, mark.newest(), elsewhere, true), Optional.empty());
        }
        return new Since(
                mark,
                new FeedBounds(0, Map.of(), earliest, true),
                Optional.of(new FeedBounds(earliest + 1, mark.newest(), elsewhere, false)));
    }

    private String sign(Asked asked, SinceMark mark) {
        return cursors.sign(arrivalsOf(asked.caller()), mark.text());
    }

    private static String listOf(String caller) {
        return "feed/" + caller;
    }

    private static String arrivalsOf(String caller) {
        return "feed-arrivals/" + caller;
    }
}
