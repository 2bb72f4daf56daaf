package dev.millrace.feed.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.millrace.benchmarks.Target;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.CreatePost;
import dev.millrace.feed.topics.v1.EnrolReader;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.load.Calls;
import dev.millrace.load.ProcessUse;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.Owners;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.CommandMeta;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Posts to many followers on a running system: from the moment they are on the log, where ingest puts them, until the
 * last is in every timeline it belongs in. Each delivery is counted by the timelines themselves, so the run only ends
 * well if none is missing. Followers are put on the log as the readers' owner would.
 */
public final class FanOutLoad implements AutoCloseable {
    private static final int PARTITIONS = 8;
    private static final int ORDINALS_FROM = 1_000_000;
    private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(3);
    private static final long LOOK_EVERY_MILLIS = 100;
    private static final int LOOKS_UNTIL_STILL = 50;
    /** What may be on its way to the broker, so that nothing is refused for want of room. */
    private static final int AT_ONCE = 2_000;

    private final Target target;
    private final Vertx vertx = Calls.vertx();
    private final Calls calls = new Calls(vertx, 2);
    private final CommandProducer producer;
    private final String run = Long.toString(System.currentTimeMillis(), 36);
    private final List<CompletionStage<?>> onTheWay = new ArrayList<>();
    private final Random random = new Random(11);
    private long commands;

    /** What was measured: of so many posts by so many authors. */
    public record Result(
            int authors, int followers, int readers, int posts, long deliveries, double seconds, JsonObject cores) {
        public double deliveriesPerSecond() {
            return deliveries / seconds;
        }

        public JsonObject json() {
            return new JsonObject()
                    .put("authors", authors)
                    .put("followersOfEach", followers)
                    .put("readers", readers)
                    .put("posts", posts)
                    .put("deliveries", deliveries)
                    .put("seconds", seconds)
                    .put("deliveriesPerSecond", deliveriesPerSecond())
                    .put("cores", cores);
        }
    }

    public FanOutLoad(Target target) {
        this.target = target;
        this.producer = new CommandProducer(
                CommandProducer.open(CommandProducer.config(
                        target.brokers(), "fan-out-load", 64 * 1024 * 1024, Duration.ofSeconds(30))),
                Map.of(
                        FeedTopics.AUDIENCE_CHANGES.name(), PARTITIONS,
                        FeedTopics.TIMELINE_PAGES.name(), PARTITIONS,
                        FeedTopics.POST_COMMANDS.name(), PARTITIONS));
        await("the topics", producer::knowsItsTopics);
    }

    /** Has so many readers follow authors, and waits until the authors' side has taken it in. */
    public void follow(int authors, int followers, int readers) {
        for (int reader = 0; reader < readers; reader++) {
            send(
                    FeedTopics.TIMELINE_PAGES,
                    reader(reader),
                    TimelineRecord.newBuilder()
                            .setEnrolReader(EnrolReader.newBuilder()
                                    .setReaderOrdinal(ordinal(reader))
                                    .setEnrolment(1))
                            .build());
        }
        for (int author = 0; author < authors; author++) {
            int[] some = random.ints(0, readers).distinct().limit(followers).toArray();
            for (int reader : some) {
                send(FeedTopics.AUDIENCE_CHANGES, author(author), change(author, reader));
            }
        }
        written();
        // Followers and posts come on two topics: only a post that gets to all of them says that they are in.
        double all = (double) authors * followers;
        await("follower taken in", () -> all == deliveredOf(authors));
    }

    /** Posts once for each author and waits until no more timelines get it. */
    private double deliveredOf(int authors) {
        double before = delivered();
        post(authors, authors);
        double now = delivered();
        double last = -1;
        while (now != last) {
            last = now;
            for (int i = 0; i < LOOKS_UNTIL_STILL; i++) {
                pause();
            }
            now = delivered();
        }
        return now - before;
    }

    /** Posts, each author in turn. */
    public Result post(int authors, int followers, int readers, int posts) {
        double before = delivered();
        ProcessUse use = new ProcessUse(target.processes());
        long began = System.nanoTime();
        post(authors, posts);
        awaitDelivered(before + (double) posts * followers);
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Result(authors, followers, readers, posts, (long) posts * followers, seconds, use.json());
    }

    private void post(int authors, int posts) {
        for (int post = 0; post < posts; post++) {
            int author = post % authors;
            send(FeedTopics.POST_COMMANDS, author(author), command(author));
        }
        written();
    }

    private PostCommand command(int author) {
        ByteBuffer id =
                ByteBuffer.allocate(CommandId.BYTES).putLong(run.hashCode()).putLong(++commands);
        return PostCommand.newBuilder()
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(ByteString.copyFrom(id.flip()))
                        .setBodyHash(ByteString.copyFrom(new byte[CommandId.BYTES]))
                        .setSubject(author(author)))
                .setAuthorId(author(author))
                .setCreatePost(CreatePost.newBuilder().setContent("Posted to be delivered, number " + commands))
                .build();
    }

    private AudienceChange change(int author, int reader) {
        return AudienceChange.newBuilder()
                .setAuthorId(author(author))
                .setReaderId(reader(reader))
                .setReaderPartition(Owners.partitionOf(reader(reader), PARTITIONS))
                .setReaderOrdinal(ordinal(reader))
                .setAdded(true)
                .setEdgeVersion(1)
                .setAtMillis(System.currentTimeMillis())
                .build();
    }

    private <T extends MessageLite> void send(TopicSpec<T> topic, String key, T record) {
        onTheWay.add(producer.send(topic, key, record));
        if (onTheWay.size() >= AT_ONCE) {
            written();
        }
    }

    private void written() {
        onTheWay.forEach(one -> one.toCompletableFuture().join());
        onTheWay.clear();
    }

    private String author(int author) {
        return "load-" + run + "-author-" + author;
    }

    private String reader(int reader) {
        return "load-" + run + "-reader-" + reader;
    }

    /** Not one that a reader of before has. */
    private int ordinal(int reader) {
        return ORDINALS_FROM + reader;
    }

    private void awaitDelivered(double deliveries) {
        await(deliveries + " deliveries", () -> delivered() >= deliveries);
    }

    /** Heap of all timelines there are, full or not, by their number. */
    public double bytesPerReader() {
        return total("millrace_timeline_size_bytes") / total("millrace_timeline_readers");
    }

    private double delivered() {
        return total("millrace_timeline_deliveries_total");
    }

    private double total(String meter) {
        return target.rolePorts().entrySet().stream()
                .filter(role -> role.getKey().startsWith("streams"))
                .mapToDouble(role -> of(meter, role.getValue()))
                .sum();
    }

    private double of(String meter, int port) {
        String metrics = calls.now(HttpMethod.GET, port, "/metrics", Map.of(), Buffer.buffer())
                .body()
                .toString();
        return metrics.lines()
                .filter(line -> line.startsWith(meter))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static void await(String what, BooleanSupplier there) {
        long giveUpAt = System.nanoTime() + GIVE_UP_AFTER.toNanos();
        while (!there.getAsBoolean()) {
            if (System.nanoTime() - giveUpAt > 0) {
                throw new IllegalStateException("no " + what + " within " + GIVE_UP_AFTER);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        producer.close();
        calls.close();
        vertx.close().await();
    }
}
