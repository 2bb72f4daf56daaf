package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * A real Redis that keeps nothing on disk: it is a cache. Known by the process id it tells; its password is this data
 * folder's own.
 */
final class RedisServer {
    private static final String MODULE = "standalone/servers/redis";
    private static final String PASSWORD_FILE = "redis/password";
    private static final int PROBE_MILLIS_MAX = 2_000;

    private final Programs programs;
    private final DataFolder data;
    private final Ports ports;

    RedisServer(Programs programs, DataFolder data, Ports ports) {
        this.programs = programs;
        this.data = data;
        this.ports = ports;
    }

    String address() {
        return "127.0.0.1:" + ports.redis();
    }

    /** Drawn at the first start. */
    String password() {
        return data.secret(PASSWORD_FILE);
    }

    Program program() throws IOException {
        // In a file: a command line is there for everybody on the machine to read.
        Path settings =
                data.write("settings/redis.conf", """
                bind 127.0.0.1
                port %d
                requirepass %s
                dir %s
                save ""
                appendonly no
                maxmemory 64mb
                maxmemory-policy allkeys-lru
                loglevel warning
                """.formatted(ports.redis(), password(), data.directory("redis")));
        List<String> server = List.of(unpacked().toString(), settings.toString());
        return new Program(
                "redis",
                address(),
                Spawner.apart(Tether.endingWithLauncher(server)),
                data.log("redis"),
                this::notYet,
                "TERM",
                Duration.ofSeconds(10),
                child -> {});
    }

    private Optional<String> notYet(ProcessHandle child) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.redis()), PROBE_MILLIS_MAX);
            socket.setSoTimeout(PROBE_MILLIS_MAX);
            socket.getOutputStream().write(("AUTH " + password() + "\r\nINFO server\r\nQUIT\r\n").getBytes(UTF_8));
            BufferedReader answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            String pid = answer.lines()
                    .filter(line -> line.startsWith("process_id:"))
                    .map(line -> line.substring("process_id:".length()).strip())
                    .findFirst()
                    .orElse("that won't tell its id");
            boolean isOurs = Stream.concat(Stream.of(child), child.descendants())
                    .anyMatch(process -> Long.toString(process.pid()).equals(pid));
            if (!isOurs) {
                throw new StartFailure(
                        "redis", "process " + pid + " answers at " + address() + " (expected: " + child.pid() + ")");
            }
            return Optional.empty();
        }
    }

    /** The program for this machine, out of the jar that brings it for several. */
    private Path unpacked() throws IOException {
        Path program = programs.unpackedOf(MODULE, "redis-server");
        if (Files.exists(program)) {
            return program;
        }
        try (Stream<Path> jars = Files.list(programs.libOf(MODULE))) {
            Path jar = jars.findFirst().orElseThrow(() -> new StartFailure("redis", "no jar of programs"));
            try (JarFile file = new JarFile(jar.toFile())) {
                ZipEntry entry = file.stream()
                        .filter(e -> e.getName().startsWith("redis-server-")
                                && e.getName().endsWith(platform()))
                        .findFirst()
                        .map(ZipEntry.class::cast)
                        .orElseThrow(() -> new StartFailure("redis", jar + " has no program for " + platform()));
                Path fresh = Files.createTempFile(program.getParent(), "redis-server", ".fresh");
                try (InputStream content = file.getInputStream(entry)) {
                    Files.copy(content, fresh, StandardCopyOption.REPLACE_EXISTING);
                }
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
                return Files.move(fresh, program, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        return system + "-" + machine;
    }
}
