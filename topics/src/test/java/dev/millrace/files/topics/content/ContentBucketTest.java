package dev.millrace.files.topics.content;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ContentBucketTest {
    private static final byte[] OBJECT = new byte[100_000];

    static {
        Arrays.fill(OBJECT, (byte) 7);
    }

    @Test
    void anAnswerThatBreaksOffIsAskedForAgain() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> {
                answer(server, OBJECT.length / 2);
                answer(server, OBJECT.length);
            });
            try (ContentBucket bucket = new ContentBucket(address(server), Duration.ofSeconds(20))) {
                assertThat(bucket.read("packs/one", 5, OBJECT.length)).isEqualTo(OBJECT);
            }
            answered.join();
        }
    }

    @Test
    void whatFailsOfWhatCameIsSaidAsItIs() throws Exception {
        IllegalStateException why = new IllegalStateException("another hash");
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> answer(server, OBJECT.length));
            try (ContentBucket bucket = new ContentBucket(address(server), Duration.ofSeconds(20))) {
                assertThatThrownBy(() -> bucket.read("packs/one", 5, OBJECT.length, (stream, length) -> {
                            stream.readNBytes(OBJECT.length);
                            throw why;
                        }))
                        .isSameAs(why);
            }
            answered.join();
        }
    }

    private static BucketAddress address(ServerSocket server) {
        return new BucketAddress(
                Optional.of(URI.create("http://127.0.0.1:" + server.getLocalPort())),
                "us-east-1",
                "b",
                "key",
                "secret");
    }

    private static void answer(ServerSocket server, int bytes) {
        try (Socket socket = server.accept();
                BufferedReader request = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
                OutputStream answer = socket.getOutputStream()) {
            String line = request.readLine();
            while (line != null && !line.isEmpty()) {
                line = request.readLine();
            }
            answer.write(("HTTP/1.1 206 Partial Content\r\nContent-Length: " + OBJECT.length
                            + "\r\nConnection: close\r\n\r\n")
                    .getBytes(US_ASCII));
            answer.write(OBJECT, 0, bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
