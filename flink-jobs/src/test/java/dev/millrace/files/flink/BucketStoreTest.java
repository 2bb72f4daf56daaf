package dev.millrace.files.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.content.BucketAddress;
import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BucketStoreTest {
    private static final byte[] BYTES = {1, 2, 3};
    private static final String MANIFEST = ContentKeys.manifest(Sha256.of(BYTES));

    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String key = exchange.getRequestURI().getPath();
            asked.add(exchange.getRequestMethod() + " " + key);
            if (exchange.getRequestMethod().equals("PUT")) {
                objects.put(key, exchange.getRequestBody().readAllBytes());
                exchange.sendResponseHeaders(200, -1);
            } else if (objects.containsKey(key)) {
                exchange.sendResponseHeaders(200, objects.get(key).length);
                exchange.getResponseBody().write(objects.get(key));
            } else {
                byte[] why = "<Error><Code>NoSuchKey</Code></Error>".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(404, why.length);
                exchange.getResponseBody().write(why);
            }
        }
    }

    private BucketStore store(String bucket) {
        return new BucketStore(
                new BucketAddress(
                        Optional.of(URI.create(
                                "http://127.0.0.1:" + server.getAddress().getPort())),
                        "us-east-1",
                        bucket,
                        "key",
                        "secret"),
                Duration.ofSeconds(20));
    }

    private static void isWhatWasWritten(byte[] found) {
        assertThat(found).isEqualTo(BYTES);
    }

    @Test
    void aManifestThatWasWrittenOrReadHereIsntAskedForAgain() throws IOException {
        try (BucketStore writes = store("b");
                BucketStore reads = store("b")) {
            writes.write(MANIFEST, BYTES);

            assertThat(reads.find(MANIFEST)).hasValueSatisfying(BucketStoreTest::isWhatWasWritten);
            assertThat(reads.find(MANIFEST)).hasValueSatisfying(BucketStoreTest::isWhatWasWritten);
        }
        assertThat(asked).containsExactly("PUT /b/" + MANIFEST);
    }

    @Test
    void oneThatIsntThereIsAskedForUntilItIs() throws IOException {
        try (BucketStore reads = store("missing")) {
            assertThat(reads.find(MANIFEST)).isEmpty();
            objects.put("/missing/" + MANIFEST, BYTES);
            assertThat(reads.find(MANIFEST)).hasValueSatisfying(BucketStoreTest::isWhatWasWritten);
            assertThat(reads.find(MANIFEST)).hasValueSatisfying(BucketStoreTest::isWhatWasWritten);
        }
        assertThat(asked).hasSize(2);
    }

    @Test
    void oneThatIsDamagedIsAskedForAgain() throws IOException {
        objects.put("/damaged/" + MANIFEST, new byte[] {1, 2});
        try (BucketStore reads = store("damaged")) {
            assertThat(reads.find(MANIFEST)).isPresent();
            objects.put("/damaged/" + MANIFEST, BYTES);
            assertThat(reads.find(MANIFEST)).hasValueSatisfying(BucketStoreTest::isWhatWasWritten);
        }
    }

    @Test
    void otherObjectsAreAskedForEachTimeAsTheyMayGo() throws IOException {
        String pack = ContentKeys.pack(Sha256.of(BYTES));
        try (BucketStore store = store("b")) {
            objects.put("/b/" + pack, BYTES);
            assertThat(store.find(pack)).hasValueSatisfying(BucketStoreTest::isWhatWasWritten);
            objects.clear();
            assertThat(store.find(pack)).isEmpty();
        }
    }

    @Test
    void anotherBucketsManifestsAreNotThisOnes() throws IOException {
        try (BucketStore one = store("one");
                BucketStore other = store("other")) {
            one.write(MANIFEST, BYTES);

            assertThat(other.find(MANIFEST)).isEmpty();
        }
    }
}
