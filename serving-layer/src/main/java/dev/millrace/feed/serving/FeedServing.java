package dev.millrace.feed.serving;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.serving.CassandraKeyspace;
import dev.millrace.serving.CommittedTail;
import dev.millrace.serving.DynamoSettings;
import dev.millrace.serving.FactStore;
import dev.millrace.serving.Reads;
import dev.millrace.serving.ServingParts;
import dev.millrace.serving.StoreSettings;
import dev.millrace.serving.StoreWork;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.http.Settings;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The feed in this layer: its reads and sockets, and what it writes into Cassandra and DynamoDB. */
public final class FeedServing implements AutoCloseable {
    private static final List<String> ASKING = List.of("/feed", "/posts/*", "/users/*");
    private static final Duration LOOK_FOR_CLOSED_EVERY = Duration.ofSeconds(1);
    /** Longest that committed facts may be unknown here before answers from caches and Cassandra aren't given any more. */
    private static final Duration CACHE_BEHIND_MAX = Duration.ofSeconds(3);

    /** Users of a partition of whom is known whether a cached answer still is right. */
    private static final int CHANGED_USERS_MAX = 20_000;
    /** Authors of whom is known, by partition of readers, whether Cassandra has their newest followers. */
    private static final int CHANGED_AUDIENCES_MAX = 2_000;

    private static final int ARCHIVE_THREADS = 8;
    private static final Duration ARCHIVE_WITHIN = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final LiveFeeds live;
    private final long looking;
    private final Deque<Closeable> stores;

    private FeedServing(Vertx vertx, LiveFeeds live, long looking, Deque<Closeable> stores) {
        this.vertx = vertx;
        this.live = live;
        this.looking = looking;
        this.stores = stores;
    }

    /** What is written into the stores that there are. */
    public static List<FactStore> projections(StoreSettings stores) {
        List<FactStore> all = new ArrayList<>();
        stores.cassandra().ifPresent(cassandra -> {
            all.add(new CassandraFollows(cassandra));
            all.add(new CassandraTimelines(cassandra));
        });
        stores.dynamodb().ifPresent(dynamodb -> all.add(new DynamoPosts(dynamodb)));
        return all;
    }

    /**
     * @param liveEdgesMax followed authors of all users with a live socket
     * @param timelinesFrom readers of so many authors have a timeline
     */
    public record Config(int liveEdgesMax, int timelinesFrom) {
        public static Config from(Settings s) {
            return new Config(
                    s.integer(
                            "live.feed.edges.max",
                            1_000_000,
                            1,
                            100_000_000,
                            "authors that the users with a live feed follow, all together; about 100 bytes each"),
                    s.integer(
                            "feed.timelines.from",
                            200,
                            1,
                            Integer.MAX_VALUE,
                            "readers of so many authors have a timeline; for those of fewer all authors are asked"));
        }
    }

    /** Adds all reads and sockets of the feed to the server. */
    public static FeedServing serve(ServingParts parts, Config config, StoreSettings settings) {
        Vertx vertx = parts.server().vertx();
        Router router = parts.server().router();
        Deque<Closeable> stores = new ArrayDeque<>();
        Optional<CassandraReads> cassandra = settings.cassandra().map(store -> cassandra(parts, store, stores));
        RecentChanges<FollowFact> audiences =
                new RecentChanges<>(FeedServing::followed, FollowFact::getPosition, CHANGED_AUDIENCES_MAX);
        FeedOwners owners = new FeedOwners(
                parts.state(),
                parts.positionWait(),
                settings.dynamodb().map(dynamodb -> posts(parts, dynamodb, stores)),
                cassandra.map(reads -> archive(reads, audiences, parts.clock())));
        Optional<FeedCache> cache = settings.redis().map(redis -> cache(parts, redis, stores));
        Followings followings = new Followings(owners, cache, parts.clock());
        LiveFeeds live = new LiveFeeds(
                owners, followings, parts.closedAccounts(), parts.door().resyncs(), config.liveEdgesMax());
        RecentChanges<PostFact> postChanges =
                new RecentChanges<>(PostFact::getAuthorId, PostFact::getPosition, CHANGED_USERS_MAX);
        RecentChanges<FollowFact> followChanges =
                new RecentChanges<>(FollowFact::getReaderId, FollowFact::getPosition, CHANGED_USERS_MAX);
        CommittedTail<PostFact> posts = parts.tails().follow(FeedTopics.POST_FACTS, List.of(live.posts(), postChanges));
        CommittedTail<FollowFact> follows =
                parts.tails().follow(FeedTopics.FOLLOW_FACTS, List.of(live.follows(), followChanges, audiences));
        HotReads hot = new HotReads(owners, cache, postChanges, followChanges, () -> {
            long since = behindMax(parts.clock());
            return postChanges.areKnownUntil(since) && followChanges.areKnownUntil(since);
        });
        new LiveFeedRoute(live, () -> posts.caughtUpAtMillis() > 0 && follows.caughtUpAtMillis() > 0)
                .addTo(router, parts.door());
        long looking = vertx.setPeriodic(LOOK_FOR_CLOSED_EVERY.toMillis(), fired -> live.expelClosedAccounts());

        ASKING.forEach(path -> router.route(path).handler(Reads.unlessFull(parts.state())));
        new FeedRoutes(
                        parts.identities(),
                        owners,
                        followings,
                        pages(parts, owners, cassandra.map(FeedServing::longTimelines), config),
                        parts.cursors(),
                        parts.closedAccounts(),
                        parts.clock())
                .addTo(router);
        new PostReads(parts.identities(), owners, hot, parts.closedAccounts()).addTo(router);
        new UserReads(parts.identities(), owners, parts.closedAccounts()).addTo(router);
        new ListRoutes(parts.identities(), owners, hot, parts.cursors(), parts.closedAccounts()).addTo(router);
        return new FeedServing(vertx, live, looking, stores);
    }

    private static long behindMax(InstantSource clock) {
        return clock.millis() - CACHE_BEHIND_MAX.toMillis();
    }

    private static FollowArchive archive(
            CassandraReads reads, RecentChanges<FollowFact> audiences, InstantSource clock) {
        return new FollowArchive(
                new EdgeTables(reads.keyspace()),
                reads.work(),
                (authorId, positions) -> !audiences.areKnownUntil(behindMax(clock))
                        || !audiences.holds(
                                authorId, partition -> positions.getOrDefault(partition, FollowArchive.NOWHERE)));
    }

    /** Whose followers a fact changes; nobody's if it isn't about an edge. */
    private static String followed(FollowFact fact) {
        return fact.hasFollowed() || fact.hasUnfollowed()
                ? (fact.hasFollowed() ? fact.getFollowed() : fact.getUnfollowed()).getAuthorId()
                : "";
    }

    private static LongTimelines longTimelines(CassandraReads reads) {
        BlockTable blocks = new BlockTable(reads.keyspace());
        reads.work().rehearse(() -> blocks.links(new LongTimelines.Timeline(0, 0, 0), 0, 1));
        return new LongTimelines(blocks, reads.work()::call);
    }

    private static PostArchive posts(ServingParts parts, DynamoSettings settings, Deque<Closeable> stores) {
        PostTables tables = new PostTables(settings, ARCHIVE_WITHIN);
        StoreWork work = work(parts, "dynamodb", ARCHIVE_THREADS, ARCHIVE_WITHIN);
        stores.push(tables);
        stores.push(work);
        return new PostArchive(tables, work);
    }

    private record CassandraReads(CassandraKeyspace keyspace, StoreWork work) {}

    private static CassandraReads cassandra(
            ServingParts parts, StoreSettings.Cassandra settings, Deque<Closeable> stores) {
        CassandraKeyspace keyspace = new CassandraKeyspace(settings, ARCHIVE_WITHIN);
        StoreWork work = work(parts, "cassandra", ARCHIVE_THREADS, ARCHIVE_WITHIN);
        stores.push(keyspace);
        stores.push(work);
        return new CassandraReads(keyspace, work);
    }

    private static FeedCache cache(ServingParts parts, StoreSettings.Redis settings, Deque<Closeable> stores) {
        StoreWork work = work(parts, "redis", FeedCache.THREADS, FeedCache.WITHIN);
        FeedCache cache = new FeedCache(settings, work, parts.server().metrics());
        stores.push(cache);
        stores.push(work);
        return cache;
    }

    private static StoreWork work(ServingParts parts, String store, int threads, Duration within) {
        return new StoreWork(
                parts.server().vertx(), store, threads, within, parts.server().metrics());
    }

    private static FeedPages pages(
            ServingParts parts, FeedOwners owners, Optional<LongTimelines> longTimelines, Config config) {
        HotAuthors hot = new HotAuthors();
        parts.tails().followAll(FeedTopics.AUTHOR_MODES, List.of(hot));
        Enrolments enrolments = new Enrolments(
                owners,
                // All of the feed's logs have as many partitions; by the time somebody's list was read it is known how
                // many.
                (readerId, record) -> new CommandProducer(
                                parts.producer(),
                                Map.of(
                                        FeedTopics.TIMELINE_PAGES.name(),
                                        parts.state().partitions(FeedTopics.POSTS)))
                        .send(FeedTopics.TIMELINE_PAGES, readerId, record),
                parts.closedAccounts(),
                Ticker.systemTicker());
        return new FeedPages(
                owners,
                owners,
                longTimelines,
                hot,
                enrolments,
                config.timelinesFrom(),
                parts.closedAccounts(),
                parts.clock(),
                parts.server().metrics());
    }

    @Override
    public void close() throws IOException {
        vertx.cancelTimer(looking);
        live.close();
        while (!stores.isEmpty()) {
            stores.pop().close();
        }
    }
}
