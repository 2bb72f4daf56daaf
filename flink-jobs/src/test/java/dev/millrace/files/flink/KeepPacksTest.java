package dev.millrace.files.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.packs.PackBuilder;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.ChunkFact;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a pack whose chunks are deleted one by one. */
@SuppressWarnings("try") // that closing a harness can be interrupted
class KeepPacksTest {
    private static final int CHUNKS = 8;

    private final MemoryStore store = new MemoryStore();
    private final List<ChunkPlace> places = new ArrayList<>();
    private ByteString pack = ByteString.EMPTY;
    private long nowMillis = 1_000_000;
    private int factsTaken;

    @BeforeEach
    void aPackIsInTheBucket() throws Exception {
        PackBuilder builder = new PackBuilder(CommandId.random());
        for (int i = 0; i < CHUNKS; i++) {
            byte[] chunk = chunk(i);
            builder.add(Sha256.of(chunk), chunk);
        }
        byte[] bytes = builder.build();
        pack = Sha256.of(bytes);
        places.addAll(builder.places());
        store.write(ContentKeys.pack(pack), bytes);
    }

    /** Every second one compresses. */
    private static byte[] chunk(int number) {
        byte[] chunk = new byte[1000];
        new Random(number).nextBytes(chunk);
        if (number % 2 == 0) {
            Arrays.fill(chunk, 400, 1000, (byte) number);
        }
        return chunk;
    }

    private KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> keeping() throws Exception {
        var keeping = new KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]>(
                new KeyedProcessOperator<>(new KeepPacks(store.access(), Collecting.plan(1))),
                ChunkFacts::packOf,
                Types.STRING);
        keeping.setProcessingTime(nowMillis);
        return keeping;
    }

    private void delete(KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> keeping, int chunk)
            throws Exception {
        keeping.processElement(
                new StreamRecord<>(ChunkFacts.chunkDeleted(hex(places.get(chunk).getSha256()), hex(pack), nowMillis)));
    }

    private void anEpochLater(KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> keeping) throws Exception {
        nowMillis += Collecting.EPOCH.toMillis();
        keeping.setProcessingTime(nowMillis);
    }

    private void afterAllReads(KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> keeping)
            throws Exception {
        nowMillis += Collecting.KEPT.toMillis();
        keeping.setProcessingTime(nowMillis);
    }

    private List<ChunkFact> said(KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> keeping) {
        return keeping.extractOutputValues().stream().map(ChunkFacts::parse).toList();
    }

    /** What was said comes back from the log. */
    private void committed(KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> keeping) throws Exception {
        List<byte[]> all = keeping.extractOutputValues();
        for (byte[] fact : all.subList(factsTaken, all.size())) {
            keeping.processElement(new StreamRecord<>(fact));
        }
        factsTaken = all.size();
    }

    private void assertReadable(List<Integer> chunks) throws Exception {
        for (int chunk : chunks) {
            assertThat(store.chunk(pack, places.get(chunk))).isEqualTo(chunk(chunk));
        }
    }

    private static String hex(ByteString sha256) {
        return HexFormat.of().formatHex(sha256.toByteArray());
    }

    @Test
    void aPackOfWhichNothingIsOfUseGoesOnceNobodyCanBeReadingItAndItHasBeenSaid() throws Exception {
        try (var keeping = keeping()) {
            keeping.open();
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                delete(keeping, chunk);
            }
            anEpochLater(keeping);
            assertThat(said(keeping)).isEmpty();

            afterAllReads(keeping);

            assertThat(said(keeping)).singleElement().satisfies(fact -> {
                assertThat(fact.getPack()).isEqualTo(pack);
                assertThat(fact.getPackDeleted().getObject()).isEqualTo(pack);
                assertThat(fact.getPackDeleted().getLast()).isTrue();
            });
            assertThat(store.below(ContentKeys.PACKS)).hasSize(1);
            committed(keeping);
            assertThat(store.below(ContentKeys.PACKS)).isEmpty();
            assertThat(keeping.numKeyedStateEntries()).isZero();
            assertThat(keeping.numProcessingTimeTimers()).isZero();
        }
    }

    @Test
    void whatIsHalfOfUseStays() throws Exception {
        try (var keeping = keeping()) {
            keeping.open();
            // The smaller ones.
            for (int chunk = 0; chunk < CHUNKS; chunk += 2) {
                delete(keeping, chunk);
            }
            anEpochLater(keeping);
            afterAllReads(keeping);

            assertThat(said(keeping)).isEmpty();
            assertThat(store.below(ContentKeys.MOVED)).isEmpty();
            assertThat(keeping.numProcessingTimeTimers()).isZero();
        }
    }

    @Test
    void aPackOfLittleUseIsWrittenAnewAndKeptForWhoeverIsReadingIt() throws Exception {
        try (var keeping = keeping()) {
            keeping.open();
            for (int chunk = 0; chunk < CHUNKS - 2; chunk++) {
                delete(keeping, chunk);
            }
            anEpochLater(keeping);

            assertThat(store.below(ContentKeys.PACKS)).hasSize(2);
            assertReadable(List.of(0, CHUNKS - 2, CHUNKS - 1));
            afterAllReads(keeping);
            committed(keeping);

            assertThat(store.below(ContentKeys.PACKS)).hasSize(1);
            assertReadable(List.of(CHUNKS - 2, CHUNKS - 1));
            assertThat(said(keeping)).singleElement().satisfies(fact -> {
                assertThat(fact.getPackDeleted().getObject()).isEqualTo(pack);
                assertThat(fact.getPackDeleted().getLast()).isFalse();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void inWhateverOrderChunksGoAndTasksFailWhatIsLeftCanBeRead(long seed) throws Exception {
        Random random = new Random(seed);
        List<Integer> left = new ArrayList<>();
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            left.add(chunk);
        }
        Collections.shuffle(left, random);
        OperatorSubtaskState state;
        try (var keeping = keeping()) {
            keeping.open();
            state = keeping.snapshot(0, nowMillis);
        }
        while (!left.isEmpty()) {
            factsTaken = 0;
            try (var keeping = keeping()) {
                keeping.initializeState(state);
                keeping.open();
                delete(keeping, left.get(0));
                anEpochLater(keeping);
                if (random.nextBoolean()) {
                    afterAllReads(keeping);
                }
                assertReadable(left.subList(1, left.size()));
                if (random.nextInt(4) == 0) {
                    // Of all this nothing is in a checkpoint, and nothing that it said in the log.
                    continue;
                }
                left.remove(0);
                state = keeping.snapshot(1, nowMillis);
                committed(keeping);
                assertReadable(left);
                state = keeping.snapshot(2, nowMillis);
            }
        }
        factsTaken = 0;
        try (var keeping = keeping()) {
            keeping.initializeState(state);
            keeping.open();
            anEpochLater(keeping);
            afterAllReads(keeping);
            afterAllReads(keeping);
            committed(keeping);

            assertThat(store.below(ContentKeys.MOVED)).isEmpty();
            assertThat(store.has(ContentKeys.pack(pack))).isFalse();
            assertThat(keeping.numKeyedStateEntries()).isZero();
            assertThat(keeping.numProcessingTimeTimers()).isZero();
        }
    }

    @Test
    void aRunThatBeganAnewFindsWhereAPackWasMoved() throws Exception {
        try (var keeping = keeping()) {
            keeping.open();
            for (int chunk = 0; chunk < CHUNKS - 1; chunk++) {
                delete(keeping, chunk);
            }
            anEpochLater(keeping);
            afterAllReads(keeping);
            committed(keeping);
        }
        factsTaken = 0;
        try (var keeping = keeping()) {
            keeping.open();
            for (int chunk = 0; chunk < CHUNKS - 1; chunk++) {
                delete(keeping, chunk);
            }
            assertThat(keeping.numProcessingTimeTimers()).isZero();
            assertReadable(List.of(CHUNKS - 1));

            delete(keeping, CHUNKS - 1);
            anEpochLater(keeping);
            afterAllReads(keeping);
            committed(keeping);

            assertThat(store.below("")).isEmpty();
            assertThat(keeping.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void whatTheBucketDoesNotLetGoIsDeletedLater() throws Exception {
        try (var keeping = keeping()) {
            keeping.open();
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                delete(keeping, chunk);
            }
            afterAllReads(keeping);
            afterAllReads(keeping);
            store.failDeletions(2);
            committed(keeping);
            assertThat(store.below(ContentKeys.PACKS)).hasSize(1);
            anEpochLater(keeping);
            assertThat(store.below(ContentKeys.PACKS)).hasSize(1);

            anEpochLater(keeping);

            assertThat(store.below(ContentKeys.PACKS)).isEmpty();
            assertThat(keeping.numKeyedStateEntries()).isZero();
            assertThat(keeping.numProcessingTimeTimers()).isZero();
        }
    }

    @Test
    void aPackThatIsNotWhatItsNameSaysStaysAsItIs() throws Exception {
        byte[] bytes = store.read(ContentKeys.pack(pack));
        bytes[0] ^= 1;
        store.write(ContentKeys.pack(pack), bytes);
        try (var keeping = keeping()) {
            keeping.open();
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                delete(keeping, chunk);
            }
            anEpochLater(keeping);
            afterAllReads(keeping);

            assertThat(said(keeping)).isEmpty();
            assertThat(store.below(ContentKeys.PACKS)).hasSize(1);
        }
    }

    @Test
    void whatIsSaidOfAPackThatIsGoneMeansNothing() throws Exception {
        store.delete(ContentKeys.pack(pack));
        try (var keeping = keeping()) {
            keeping.open();
            delete(keeping, 0);

            assertThat(keeping.numKeyedStateEntries()).isZero();
            assertThat(keeping.numProcessingTimeTimers()).isZero();
        }
    }
}
