package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.tickets.standalone.onsale.SaleSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The real thing, started by the real launcher's own classes on free ports, with data of its own. */
public final class TestSystem implements AutoCloseable {
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
                    .withSettings(Map.of(
                            "ingest",
                            Map.of(
                                    "tickets.hold.seconds.min", "1",
                                    "rate.user.per.second", "2000",
                                    "rate.user.burst", "4000",
                                    "rate.address.per.second", "5000",
                                    "rate.address.burst", "10000")));
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

    public String address() {
        return standalone.address();
    }

    public String bootstrap() {
        return ports.bootstrap();
    }

    public Connection database() throws SQLException {
        return LocalDatabase.connect(data, ports);
    }

    /** A bearer token, for those who write their requests themselves. */
    public String token(String user, boolean admin) {
        return standalone.issuer().token(user, admin);
    }

    /** As a user. */
    public Api as(String user) {
        return new Api(address(), standalone.issuer().token(user, false));
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
