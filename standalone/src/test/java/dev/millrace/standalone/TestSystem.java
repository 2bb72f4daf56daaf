package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.files.topics.content.BucketAddress;
import dev.millrace.standalone.trial.TrialSystem;
import dev.millrace.tickets.standalone.onsale.SaleSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The real thing, started by the real launcher's own classes on free ports, with data of its own. */
public final class TestSystem implements AutoCloseable {
    static {
        // Two processors for all of it, and maybe slow ones.
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }

    private final DataFolder data;
    private final Ports ports;
    private final Standalone standalone;

    private TestSystem(DataFolder data, Ports ports, Standalone standalone) {
        this.data = data;
        this.ports = ports;
        this.standalone = standalone;
    }

    /** Two streams processes, holds that may be as short as a second, and room for tests that hurry. */
    static TestSystem start() {
        return start(2, 1, options -> options);
    }

    /**
     * @param fronts how many processes of ingest, and of serving
     * @param other what is to be different from {@link #start()}; settings of streams processes may be given
     */
    public static TestSystem start(int streams, int fronts, UnaryOperator<StandaloneOptions> other) {
        try {
            DataFolder data = new DataFolder(Files.createTempDirectory("millrace-it"));
            Ports ports = TestPorts.free(streams, fronts);
            StandaloneOptions options = StandaloneOptions.at(ports)
                    .withoutMakingArchives()
                    // Whoever needs it asks for it.
                    .withFlink(false)
                    .withSettings(Map.of(
                            "ingest",
                            Map.of(
                                    // A slow machine may take its time, and no test wants to be told to ask again.
                                    "ingest.wait.limit", "9s",
                                    "tickets.hold.seconds.min", "1",
                                    "rate.user.per.second", "2000",
                                    "rate.user.burst", "4000",
                                    "rate.address.per.second", "5000",
                                    "rate.address.burst", "10000"),
                            // So that few users and followers are enough for what happens to many.
                            "serving",
                            Map.of("feed.timelines.from", "1"),
                            "streams",
                            Map.of("feed.hot.from", "6")));
            return new TestSystem(
                    data, ports, Standalone.start(Programs.here(), data, other.apply(options), new TestProgress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** As one to play a sale on. */
    public SaleSystem forSale() {
        return new SaleSystem(ports.gateway(), standalone.issuer(), bootstrap(), standalone::children, this::database);
    }

    /** As one to play any other trial on. */
    public TrialSystem forTrial() {
        return new TrialSystem(
                ports.gateway(), standalone.issuer(), bootstrap(), standalone::children, data::settingsOf);
    }

    public String address() {
        return standalone.address();
    }

    /** Where the store of files' bytes is. */
    public String bucketAddress() {
        return "http://127.0.0.1:" + ports.s3();
    }

    public String bootstrap() {
        return ports.bootstrap();
    }

    public Connection database() throws SQLException {
        return LocalDatabase.connect(data, ports);
    }

    /** Where the bytes of files are. */
    public BucketAddress bucket() {
        return new BucketAddress(
                Optional.of(URI.create("http://127.0.0.1:" + ports.s3())),
                S3Server.REGION,
                S3Server.BUCKET,
                data.secret("s3/access-key"),
                data.secret("s3/secret-key"));
    }

    /** The files that the store has of an upload, whole or in parts, while it may be writing and removing others. */
    public List<Path> contentOf(String uploadId) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(data.directory("s3/objects"), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().contains(uploadId)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path gone, IOException failure) throws IOException {
                    if (failure instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw failure;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** A metric of a role, over all its processes and whatever else tells them apart; 0 if there is none yet. */
    public double metric(String role, String nameAndLabels) {
        return standalone.children().stream()
                .filter(child -> StandaloneOptions.roleOf(child.name()).equals(role))
                .map(child -> new Api("http://" + child.address(), null).get("/metrics"))
                .flatMap(metrics -> metrics.text().lines())
                .filter(line -> line.startsWith(nameAndLabels))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** A bearer token, for those who write their requests themselves. */
    public String token(String user, boolean admin) {
        return standalone.issuer().token(user, admin);
    }

    /** As a user. */
    public Api as(String user) {
        return new Api(address(), standalone.issuer().token(user, false));
    }

    /** As a user, with a token that was given to one of their devices. */
    public Api as(String user, String device) {
        return new Api(address(), standalone.issuer().deviceToken(user, device));
    }

    public Api asOrganiser() {
        return new Api(address(), standalone.issuer().token("organiser", true));
    }

    /** With a token that was good yesterday. */
    public Api asYesterday(String user) {
        Clock yesterday = Clock.offset(Clock.systemUTC(), Duration.ofDays(-1));
        return new Api(address(), LocalIssuer.in(data, yesterday).token(user, false));
    }

    public Api asNobody() {
        return new Api(address(), null);
    }

    /** Sum of a counter over all serving processes; 0 if none has counted. */
    public double servingCounter(String nameAndTags) {
        return ports.servings().stream()
                .mapToDouble(port -> new Api("http://127.0.0.1:" + port, null)
                        .get("/metrics")
                        .text()
                        .lines()
                        .filter(line -> line.startsWith(nameAndTags))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum())
                .sum();
    }

    /** kill -9 of one child. */
    public void kill(String child) {
        ProcessHandle process = ProcessHandle.of(status(child).pid()).orElseThrow();
        assertThat(process.destroyForcibly()).isTrue();
        process.onExit().join();
    }

    /** @param signal "STOP" or "CONT" */
    public void signal(String signal, String child) throws IOException, InterruptedException {
        String pid = Long.toString(status(child).pid());
        assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor())
                .isZero();
    }

    /** The launcher has started it again, and it is ready. */
    public void awaitRestarted(String child, int restartsBefore) {
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            assertThat(status(child).restarts()).isGreaterThan(restartsBefore);
            assertThat(status(child).state()).isEqualTo(ChildStatus.State.READY);
        });
    }

    public ChildStatus status(String child) {
        return standalone.children().stream()
                .filter(c -> c.name().equals(child))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        standalone.close();
        keepLogs();
        deleteTree(data.root());
    }

    /** For whoever asks what a child did in the last run. */
    private void keepLogs() {
        Path kept = Path.of("target/it-logs");
        try (Stream<Path> logs = Files.list(data.logs())) {
            Files.createDirectories(kept);
            for (Path log : logs.toList()) {
                Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void deleteTree(Path root) {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The launcher's words in the build's output: they say which child made a test wait. */
    private static final class TestProgress implements Progress {
        private final org.slf4j.Logger log = org.slf4j.LoggerFactory.getLogger(TestSystem.class);

        @Override
        public void starting(String name, String address) {
            log.atInfo()
                    .addKeyValue("child", name)
                    .addKeyValue("address", address)
                    .log("starting");
        }

        @Override
        public void ready(String name, String address, Duration took) {
            log.atInfo().addKeyValue("child", name).addKeyValue("took", took).log("ready");
        }

        @Override
        public void died(String name, String why, Duration pause) {
            log.atWarn()
                    .addKeyValue("child", name)
                    .addKeyValue("why", firstLine(why))
                    .log("died");
        }

        @Override
        public void stopping(String name) {
            log.atInfo().addKeyValue("child", name).log("stopping");
        }

        @Override
        public void step(String what) {
            log.atInfo().addKeyValue("step", what).log("done");
        }

        private static @Nullable String firstLine(String text) {
            return text.lines().findFirst().orElse(null);
        }
    }
}
