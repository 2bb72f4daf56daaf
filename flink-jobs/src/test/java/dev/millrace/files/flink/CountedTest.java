package dev.millrace.files.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is counted, held against all that is named. */
class CountedTest {
    @Test
    void whatIsNamedOnceSavesNothing() {
        Counted counted = Counted.NOTHING.named(0, 10).named(0, 20);

        assertThat(counted.chunks()).isEqualTo(2);
        assertThat(counted.savedBytes()).isZero();
    }

    @Test
    void eachTimeMoreSavesAChunkAndEachTimeLessDoesNot() {
        Counted counted = Counted.NOTHING.named(0, 10).named(1, 10).named(2, 10);

        assertThat(counted.savedBytes()).isEqualTo(20);
        assertThat(counted.released(3, 10).savedBytes()).isEqualTo(10);
        assertThat(counted.released(3, 10).released(2, 10).released(1, 10)).isEqualTo(Counted.NOTHING);
    }

    @Test
    void whatWasNeverNamedIsNotReleased() {
        assertThatThrownBy(() -> Counted.NOTHING.released(0, 10)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void itIsWhatVersionsHaveLessWhatTheirChunksHave(int seed) {
        Random random = new Random(seed);
        Map<Integer, Integer> times = new HashMap<>();
        List<Integer> named = new ArrayList<>();
        Counted counted = Counted.NOTHING;
        for (int i = 0; i < 1_000; i++) {
            // A chunk is called by its size.
            if (named.isEmpty() || random.nextInt(5) < 3) {
                int chunk = 1 + random.nextInt(50);
                counted = counted.named(times.getOrDefault(chunk, 0), chunk);
                times.merge(chunk, 1, Integer::sum);
                named.add(chunk);
            } else {
                int chunk = named.remove(random.nextInt(named.size()));
                counted = counted.released(times.getOrDefault(chunk, 0), chunk);
                times.merge(chunk, -1, Integer::sum);
            }
            long all = named.stream().mapToLong(Integer::intValue).sum();
            long once = named.stream().distinct().mapToLong(Integer::intValue).sum();
            assertThat(counted.savedBytes()).as("seed %d", seed).isEqualTo(all - once);
            assertThat(counted.chunks()).isEqualTo(named.stream().distinct().count());
        }
    }

    @Test
    void aChunkIsCalledByHalfOfItsHash() {
        byte[] hash = new byte[32];
        hash[0] = 1;
        hash[15] = 2;
        hash[16] = 3;

        assertThat(ChunkName.of(ByteString.copyFrom(hash))).isEqualTo(new ChunkName(1L << 56, 2));
    }
}
