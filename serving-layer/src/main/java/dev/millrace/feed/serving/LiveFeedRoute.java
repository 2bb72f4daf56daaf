package dev.millrace.feed.serving;

import dev.millrace.serving.LiveDoor;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.function.BooleanSupplier;

/** WS /feed/live. */
final class LiveFeedRoute {
    private final LiveFeeds feeds;
    private final BooleanSupplier caughtUp;

    /** @param caughtUp whether what happened before this process began has been taken; it isn't news to anybody */
    LiveFeedRoute(LiveFeeds feeds, BooleanSupplier caughtUp) {
        this.feeds = feeds;
        this.caughtUp = caughtUp;
    }

    void addTo(Router router, LiveDoor door) {
        door.addTo(
                router,
                "/feed/live",
                ctx -> caughtUp.getAsBoolean()
                        ? Future.succeededFuture()
                        : Future.failedFuture(FeedOwners.unavailable()),
                ctx -> feeds::seat);
    }
}
