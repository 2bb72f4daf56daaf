package dev.millrace.streams;

import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.streams.accounts.AccountTopology;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.tickets.streams.CatalogueTopology;
import dev.millrace.tickets.streams.Reminders;
import dev.millrace.tickets.streams.SeatClaimTopology;
import dev.millrace.tickets.streams.SeatClaimWarmUp;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.http.Readiness;
import dev.millrace.topics.http.RoleProcess;
import dev.millrace.topics.http.RoleServer;
import dev.millrace.topics.http.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams role as a process: waits for its topics, then decides commands and answers questions. */
public final class StreamsTopologies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsTopologies.class);
    private static final List<String> TOPICS = Stream.of(
                    List.of(
                            TicketsTopics.SEAT_COMMANDS.name(),
                            TicketsTopics.SEAT_FACTS.name(),
                            TicketsTopics.CATALOGUE_COMMANDS.name(),
                            TicketsTopics.CATALOGUE_FACTS.name(),
                            SpineTopics.ACCOUNT_COMMANDS.name(),
                            SpineTopics.ACCOUNT_FACTS.name(),
                            SpineTopics.REPLIES.name(),
                            SpineTopics.DEAD_LETTERS.name()),
                    FeedApplications.topics(),
                    FilesApplications.topics())
            .flatMap(List::stream)
            .toList();
    private static final Duration LOOK_FOR_TOPICS_EVERY = Duration.ofMillis(250);
    private static final Duration WATCH_EVERY = Duration.ofSeconds(1);
    private static final Duration RELAY_ENDS = Duration.ofSeconds(5);
    /** Exit status after a failure that a restart may cure. */
    private static final int FAILED = 70;

    private static final long SENDER_BUFFER_BYTES = 8 * 1024 * 1024;

    private final StreamsSettings settings;
    private final SeatClaims claims;
    private final Runnable exit;
    private final RoleServer server;
    private final StateEndpoint endpoint;
    private final Admin admin;
    private final ScheduledExecutorService background;
    private final Readiness.Condition topics;
    private final Readiness.Condition warm;
    private final AtomicReference<@Nullable ScheduledFuture<?>> search = new AtomicReference<>();
    private final List<StreamsApplication> applications = new CopyOnWriteArrayList<>();
    private final List<CommandProducer> producers = new CopyOnWriteArrayList<>();
    private final Map<CommandRelay, Thread> relays = new ConcurrentHashMap<>();

    /** Makes the topology that decides seat claims. */
    interface SeatClaims {
        SeatClaimTopology topology(
                OwnedPartitions partitions, long mapBytesMax, Reminders reminders, DecisionMeters meters);
    }

    /**
     * @param claims how seats are claimed; tests break it
     * @param exit ends the process after a failure that only another process can make good
     */
    StreamsTopologies(StreamsSettings settings, SeatClaims claims, Runnable exit) {
        this.settings = settings;
        this.claims = claims;
        this.exit = exit;
        this.server = RoleServer.create("streams", settings.http());
        this.endpoint = new StateEndpoint(server.vertx());
        this.admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                settings.bootstrap(),
                AdminClientConfig.CLIENT_ID_CONFIG,
                "millrace-streams-watch"));
        this.background = Executors.newScheduledThreadPool(2, task -> {
            Thread thread = new Thread(task, "streams-background");
            thread.setDaemon(true);
            return thread;
        });
        this.topics = server.readiness().condition("topics");
        this.warm = server.readiness().condition("warm-up");
        endpoint.addTo(server.router());
    }

    public static void main(String[] args) {
        RoleProcess.run(args, settings -> start(settings, SeatClaimTopology::new));
    }

    static StreamsTopologies start(Settings from, SeatClaims claims) {
        StreamsSettings settings = StreamsSettings.from(from);
        from.check();
        LOG.atInfo().addKeyValue("settings", from.describe()).log("streams starts");
        StreamsTopologies role =
                new StreamsTopologies(settings, claims, () -> new Thread(() -> System.exit(FAILED), "exit").start());
        role.start();
        return role;
    }

    /** Begins to listen, and to look for the topics; everything else follows by itself. Returns the port. */
    int start() {
        int port = server.start().toCompletionStage().toCompletableFuture().join();
        background.execute(() -> {
            new SeatClaimWarmUp().run();
            warm.ok();
        });
        search.set(background.scheduleWithFixedDelay(
                () -> lookForTopics(port), 0, LOOK_FOR_TOPICS_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        return port;
    }

    Readiness readiness() {
        return server.readiness();
    }

    private void lookForTopics(int port) {
        Map<String, Integer> partitions;
        try {
            partitions = admin.describeTopics(TOPICS)
                    .allTopicNames()
                    .toCompletionStage()
                    .thenApply(found -> {
                        Map<String, Integer> counts = new HashMap<>();
                        found.forEach((name, topic) ->
                                counts.put(name, topic.partitions().size()));
                        return counts;
                    })
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            String why = e.getCause() == null
                    ? e.toString()
                    : String.valueOf(e.getCause().getMessage());
            topics.not("waiting for the topics " + TOPICS + ": " + why);
            return;
        } catch (TimeoutException e) {
            topics.not("no answer from the brokers at " + settings.bootstrap());
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        ScheduledFuture<?> looking = search.getAndSet(null);
        if (looking == null) {
            return;
        }
        looking.cancel(false);
        topics.ok();
        try {
            run(partitions, settings.advertisedHost() + ":" + port);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("streams applications didn't start");
            exit.run();
        }
    }

    private void run(Map<String, Integer> partitions, String address) {
        CommandProducer producer = new CommandProducer(
                CommandProducer.open(CommandProducer.config(
                        settings.bootstrap(), "millrace-reminders", SENDER_BUFFER_BYTES, Duration.ofSeconds(5))),
                partitions(partitions));
        producers.add(producer);
        // Makes it look the topic up; a reminder that comes before that is repeated.
        producer.knowsItsTopics();
        FeedApplications feed = new FeedApplications(settings, server.metrics());
        FilesApplications files = new FilesApplications(settings, server.metrics());
        for (StreamsApplication.Plan plan : plans(producer, feed, files)) {
            int count =
                    Optional.ofNullable(partitions.get(plan.commands().name())).orElseThrow();
            applications.add(new StreamsApplication(plan, settings, admin, count, address, exit));
        }
        for (StreamsApplication application : applications) {
            ProgressWatch watch = new ProgressWatch(
                    application.log(), application::owned, application.ends(), settings, server.metrics(), exit);
            server.readiness().watch(application.log(), application::whyNotReady);
            server.readiness().watch(application.log() + "-progress", watch::whyNotReady);
            endpoint.answerFor(application);
            application.start();
            var unused = background.scheduleWithFixedDelay(
                    () -> watch(application, watch), 0, WATCH_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (settings.products().contains(StreamsSettings.FEED)) {
            carry("feed-relay", feed.relay(producer, exit));
        }
        if (settings.products().contains(StreamsSettings.FILES)) {
            carry("files-relay", files.relay(producer, exit));
        }
    }

    private List<StreamsApplication.Plan> plans(
            CommandProducer producer, FeedApplications feed, FilesApplications files) {
        List<StreamsApplication.Plan> plans = new ArrayList<>(List.of(accounts()));
        if (settings.products().contains(StreamsSettings.TICKETS)) {
            plans.add(0, seats(producer));
            plans.add(1, catalogue());
        }
        if (settings.products().contains(StreamsSettings.FEED)) {
            plans.addAll(feed.plans());
        }
        if (settings.products().contains(StreamsSettings.FILES)) {
            plans.addAll(files.plans(producer));
        }
        return plans;
    }

    private void carry(String name, CommandRelay relay) {
        Thread thread = new Thread(relay, name);
        relays.put(relay, thread);
        thread.start();
    }

    /** Topics that this role itself sends commands to. */
    private static Map<String, Integer> partitions(Map<String, Integer> all) {
        return Stream.of(
                        TicketsTopics.SEAT_COMMANDS.name(),
                        FeedTopics.FOLLOW_COMMANDS.name(),
                        FilesTopics.NAMESPACE_COMMANDS.name())
                .collect(Collectors.toMap(
                        topic -> topic,
                        topic -> Optional.ofNullable(all.get(topic)).orElseThrow()));
    }

    private StreamsApplication.Plan seats(CommandProducer producer) {
        OwnedPartitions owned = new OwnedPartitions();
        SeatClaimTopology topology = claims.topology(
                owned,
                settings.seatMapBytesMax(),
                reminder -> {
                    var unused = producer.send(TicketsTopics.SEAT_COMMANDS, reminder.getEventId(), reminder);
                },
                new DecisionMeters(server.metrics(), TicketsTopics.SEATS));
        return new StreamsApplication.Plan(
                "millrace-seats",
                TicketsTopics.SEAT_COMMANDS,
                false,
                SeatClaimTopology.STORE,
                settings.threads(),
                owned,
                topology.reader(),
                topology::addTo);
    }

    /** One thread: definitions are rare. */
    private StreamsApplication.Plan catalogue() {
        OwnedPartitions owned = new OwnedPartitions();
        CatalogueTopology catalogue =
                new CatalogueTopology(owned, new DecisionMeters(server.metrics(), TicketsTopics.CATALOGUE));
        return new StreamsApplication.Plan(
                "millrace-catalogue",
                TicketsTopics.CATALOGUE_COMMANDS,
                false,
                CatalogueTopology.STORE,
                1,
                owned,
                catalogue.reader(),
                catalogue::addTo);
    }

    /** One thread: accounts rarely change. */
    private StreamsApplication.Plan accounts() {
        OwnedPartitions owned = new OwnedPartitions();
        AccountTopology accounts =
                new AccountTopology(owned, new DecisionMeters(server.metrics(), SpineTopics.ACCOUNTS));
        return new StreamsApplication.Plan(
                "millrace-accounts",
                SpineTopics.ACCOUNT_COMMANDS,
                false,
                AccountTopology.STORE,
                1,
                owned,
                accounts.reader(),
                accounts::addTo);
    }

    private static void watch(StreamsApplication application, ProgressWatch watch) {
        try {
            watch.look(System.nanoTime());
            application.lookAtStandbys();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.atDebug()
                    .addKeyValue("log", application.log())
                    .addKeyValue("why", e.toString())
                    .log("no answer from the brokers");
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(RELAY_ENDS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        topics.not("closing");
        background.shutdownNow();
        CompletableFuture<?>[] closing = applications.stream()
                .map(application -> CompletableFuture.runAsync(application::close, task -> new Thread(task).start()))
                .toArray(CompletableFuture<?>[]::new);
        relays.forEach((relay, thread) -> {
            relay.close();
            join(thread);
        });
        CompletableFuture.allOf(closing).join();
        // After the applications: their last act may be a reminder.
        producers.forEach(CommandProducer::close);
        server.close();
        admin.close(Duration.ofSeconds(2));
    }
}
