package dev.millrace.serving;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.awaitility.Awaitility;
import org.tukaani.xz.XZInputStream;

/** A real PostgreSQL as a child process, on a port and in a directory of its own. */
public final class TestPostgres implements AutoCloseable {
    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    private static final Path HOME = Path.of("target", "postgres").toAbsolutePath();

    private final Path cluster;
    private final int port;
    private Process process;

    private TestPostgres(Path cluster, int port) throws IOException {
        this.cluster = cluster;
        this.port = port;
        this.process = launch();
    }

    public static TestPostgres start() throws Exception {
        unpack();
        Path folder = Files.createTempDirectory(HOME, "cluster-");
        // Whoever PostgreSQL runs as must be able to make its own directory in here.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path cluster = folder.resolve("data");
        run(List.of(
                program("initdb"),
                "-D",
                cluster.toString(),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync"));
        TestPostgres postgres = new TestPostgres(cluster, freePort());
        postgres.awaitAnswer();
        return postgres;
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "postgres", "");
    }

    /** Starts it again after {@link #kill}. */
    public void resume() throws IOException {
        process = launch();
        awaitAnswer();
    }

    private Process launch() throws IOException {
        Process started = new ProcessBuilder(asOrdinaryUser(List.of(
                        program("postgres"),
                        "-D",
                        cluster.toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "jit=off",
                        "-c",
                        "fsync=off")))
                .redirectErrorStream(true)
                .redirectOutput(cluster.resolve("../log").normalize().toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        return started;
    }

    private void awaitAnswer() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            connect().close();
            return true;
        });
    }

    /** Ends it as a crash would. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static String program(String name) {
        return HOME.resolve("bin").resolve(name).toString();
    }

    /** PostgreSQL refuses to run as root: root puts it into a user namespace, where it is nobody in particular. */
    private static List<String> asOrdinaryUser(List<String> command) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return command;
        }
        List<String> all = new ArrayList<>(
                succeeds("unshare", "-U", "true")
                        ? List.of("unshare", "-U")
                        : List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
        all.addAll(command);
        return all;
    }

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Path log = HOME.resolve("initdb.log");
        Process process = new ProcessBuilder(asOrdinaryUser(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException(command.get(0) + " failed: " + Files.readString(log));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void unpack() throws IOException {
        Path done = HOME.resolve("unpacked");
        if (Files.exists(done)) {
            return;
        }
        Files.createDirectories(HOME);
        try (InputStream raw = TestPostgres.class.getResourceAsStream(ARCHIVE);
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(raw)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = HOME.resolve(entry.getName()).normalize();
                Files.createDirectories(entry.isDirectory() ? target : target.getParent());
                Files.deleteIfExists(entry.isDirectory() ? HOME.resolve("none") : target);
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (!entry.isDirectory()) {
                    Files.copy(tar, target);
                    boolean isProgram = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            target, PosixFilePermissions.fromString(isProgram ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
        Files.writeString(done, "");
    }
}
