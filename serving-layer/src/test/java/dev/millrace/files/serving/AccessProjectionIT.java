package dev.millrace.files.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.AccessFact;
import dev.millrace.files.topics.v1.AccessKind;
import dev.millrace.serving.Projection;
import dev.millrace.serving.TestPostgres;
import dev.millrace.serving.TestTables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Facts about accesses in a real PostgreSQL, and what a file's owner reads of them there. */
class AccessProjectionIT {
    private static final FileId FILE = file("0123456789abcdef");
    private static final long NOW = kept();
    private static final int MANY = 100;

    private static final AccessFact BEGUN = fact(FILE, 1, AccessKind.ACCESS_BEGUN, NOW)
            .setDeviceId("phone")
            .setFirstByte(100)
            .setAskedBytes(200)
            .build();
    private static final AccessFact ENDED = BEGUN.toBuilder()
            .setKind(AccessKind.ACCESS_ENDED)
            .setAtMillis(NOW + 5_000)
            .setSentBytes(150)
            .build();

    private static TestPostgres postgres;
    private static DataSource database;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
        database = TestTables.in(postgres);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE files.accesses");
        }
    }

    /** Some time from which accesses are kept. */
    private static long kept() {
        return Instant.now().toEpochMilli();
    }

    /** An access that has ended, as batches may bring it. */
    static Stream<Arguments> deliveries() {
        return Stream.of(
                Arguments.of(List.of(List.of(BEGUN, ENDED))),
                Arguments.of(List.of(List.of(BEGUN), List.of(ENDED))),
                Arguments.of(List.of(List.of(ENDED, BEGUN))),
                Arguments.of(List.of(List.of(BEGUN, ENDED), List.of(BEGUN, ENDED))),
                Arguments.of(List.of(List.of(BEGUN, ENDED), List.of(BEGUN))));
    }

    @ParameterizedTest
    @MethodSource("deliveries")
    void anAccessIsOneRowHoweverItsFactsCome(List<List<AccessFact>> batches) throws SQLException {
        for (List<AccessFact> batch : batches) {
            apply(batch);
        }

        assertThat(page(ByteString.EMPTY, MANY))
                .containsExactly(ENDED.toBuilder().setAtMillis(NOW).build());
    }

    @Test
    void whatGoesOnHasNoEndYet() throws SQLException {
        apply(List.of(BEGUN));

        assertThat(page(ByteString.EMPTY, MANY)).containsExactly(BEGUN);
    }

    @Test
    void pagesGoFromTheNewestOnAndNeitherRepeatNorLeaveOut() throws SQLException {
        // Three of each millisecond, so that pages end between those of one.
        List<AccessFact> facts = IntStream.range(0, 20)
                .mapToObj(i ->
                        fact(FILE, i, AccessKind.ACCESS_ADMITTED, NOW - i / 3).build())
                .toList();
        apply(facts);
        AccessFact another = fact(file("of another file."), 99, AccessKind.ACCESS_ADMITTED, NOW)
                .build();
        apply(List.of(another));

        List<AccessFact> read = new ArrayList<>();
        ByteString after = ByteString.EMPTY;
        for (List<AccessFact> page = page(after, 4); !page.isEmpty(); page = page(after, 4)) {
            read.addAll(page);
            after = Accesses.place(page.get(page.size() - 1));
        }

        assertThat(read).containsExactlyInAnyOrderElementsOf(facts);
        assertThat(read).extracting(AccessFact::getAtMillis).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void aUrlIsKeptWithItsEnd() throws SQLException {
        AccessFact url = fact(FILE, 1, AccessKind.ACCESS_URL_MINTED, NOW)
                .setExpiresAtMillis(NOW + 3_600_000)
                .build();

        apply(List.of(url));

        assertThat(page(ByteString.EMPTY, MANY)).containsExactly(url);
    }

    @Test
    void aUserWhoseIdPostgresCantHoldStopsNobody() throws SQLException {
        apply(List.of(BEGUN.toBuilder().setUserId("b\0b").build()));

        assertThat(page(ByteString.EMPTY, MANY))
                .extracting(AccessFact::getUserId)
                .containsExactly("bb");
    }

    @Test
    void whatIsOlderThanTheLogKeepsItGoes() throws SQLException {
        long old = NOW - FilesTopics.ACCESSES_KEPT.toMillis();
        AccessFact young =
                fact(FILE, 1, AccessKind.ACCESS_ADMITTED, old + 600_000).build();

        apply(List.of(fact(FILE, 2, AccessKind.ACCESS_ADMITTED, old).build(), young));

        assertThat(page(ByteString.EMPTY, MANY)).containsExactly(young);
        assertThat(rows()).isEqualTo(1);
    }

    private static void apply(List<AccessFact> facts) throws SQLException {
        try (Connection connection = database.getConnection()) {
            List<Projection.Fact> records = facts.stream()
                    .map(fact -> new Projection.Fact(FilesTopics.ACCESS_FACTS.name(), 0, 0, fact))
                    .toList();
            new AccessProjection().apply(connection, records);
        }
    }

    private static List<AccessFact> page(ByteString after, int limit) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Accesses.page(connection, FILE, after, limit);
        }
    }

    private static int rows() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM files.accesses")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static FileId file(String local) {
        return new FileId(FileIds.namespaceOf("alice"), ByteString.copyFromUtf8(local));
    }

    private static AccessFact.Builder fact(FileId file, int access, AccessKind kind, long atMillis) {
        return AccessFact.newBuilder()
                .setAccessId(ByteString.copyFromUtf8("%016d".formatted(access)))
                .setNamespaceId(file.namespace())
                .setNodeId(file.local())
                .setVersion(1)
                .setUserId("bob")
                .setKind(kind)
                .setAtMillis(atMillis);
    }
}
