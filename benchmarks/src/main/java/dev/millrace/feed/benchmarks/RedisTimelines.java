package dev.millrace.feed.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.benchmarks.ChildProcess;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Timelines in Redis as Mastodon keeps them: a sorted set per reader, and for each delivery a ZADD and a
 * ZREMRANGEBYRANK down to the cap. Sent in pipelines of one page of readers, which is kinder than Mastodon's jobs are.
 * Redis appends to its file and forces it to disk each second.
 */
final class RedisTimelines implements AutoCloseable {
    private static final Duration START_WITHIN = Duration.ofSeconds(20);
    private static final int ANSWER_BYTES = 64 * 1024;
    private static final int COMMANDS_PER_DELIVERY = 2;

    private final ChildProcess server;
    private final Socket connection;
    private final InputStream in;
    private final OutputStream out;
    private final String trimTo;

    /** @param entriesMax cap of a timeline */
    RedisTimelines(String binary, Path directory, int entriesMax) throws IOException {
        int port = freePort();
        Files.createDirectories(directory);
        server = ChildProcess.start(
                        "redis-server",
                        List.of(
                                binary,
                                "--port",
                                String.valueOf(port),
                                "--bind",
                                "127.0.0.1",
                                "--dir",
                                directory.toString(),
                                "--save",
                                "",
                                "--appendonly",
                                "yes",
                                "--appendfsync",
                                "everysec"),
                        directory.resolve("redis.log"))
                .awaiting(() -> answers(port), START_WITHIN);
        connection = new Socket(InetAddress.getLoopbackAddress(), port);
        connection.setTcpNoDelay(true);
        in = new BufferedInputStream(connection.getInputStream(), ANSWER_BYTES);
        out = connection.getOutputStream();
        trimTo = String.valueOf(-(entriesMax + 1));
    }

    /** One post into the timelines of these readers; returns when all are in. */
    void deliver(int[] readers, long post) throws IOException {
        String id = String.valueOf(post);
        ByteArrayOutputStream commands = new ByteArrayOutputStream(readers.length * 160);
        for (int reader : readers) {
            String key = "feed:home:" + reader;
            command(commands, "ZADD", key, id, id);
            command(commands, "ZREMRANGEBYRANK", key, "0", trimTo);
        }
        commands.writeTo(out);
        out.flush();
        for (int i = 0; i < readers.length * COMMANDS_PER_DELIVERY; i++) {
            answer();
        }
    }

    /** Bytes that Redis says it uses. */
    long bytes() throws IOException {
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        command(command, "INFO", "memory");
        command.writeTo(out);
        out.flush();
        int length = Integer.parseInt(answer().substring(1));
        String text = new String(in.readNBytes(length + 2), US_ASCII);
        return text.lines()
                .filter(line -> line.startsWith("used_memory:"))
                .map(line ->
                        Long.parseLong(line.substring("used_memory:".length()).trim()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("INFO memory without used_memory"));
    }

    private static void command(ByteArrayOutputStream to, String... words) {
        to.writeBytes(("*" + words.length + "\r\n").getBytes(US_ASCII));
        for (String word : words) {
            to.writeBytes(("$" + word.length() + "\r\n" + word + "\r\n").getBytes(US_ASCII));
        }
    }

    /** One line, without its end; an error is thrown. */
    private String answer() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("Redis has closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        if (line.charAt(0) == '-') {
            throw new IllegalStateException("Redis: " + line);
        }
        return line.toString();
    }

    private static boolean answers(int port) {
        try (Socket tried = new Socket()) {
            tried.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            server.close();
        }
    }
}
