package dev.millrace.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class OwnersTest {
    @Property
    void ownersAgreeWithTheProducersOwnPartitioner(
            @ForAll @StringLength(min = 1, max = 90) String key,
            @ForAll @IntRange(min = 1, max = 1024) int partitions) {
        assertThat(Owners.partitionOf(key, partitions))
                .isBetween(0, partitions - 1)
                .isEqualTo(BuiltInPartitioner.partitionForKey(key.getBytes(UTF_8), partitions));
    }

    /** Written down, because a change of the function would part every key from its history. */
    @Test
    void theFunctionIsTheOneTheLogWasWrittenWith() {
        assertThat(Owners.partitionOf("autumn-gala", 8)).isEqualTo(5);
        assertThat(Owners.partitionOf("autumn-gala", 64)).isEqualTo(45);
        assertThat(Owners.partitionOf("venue/grand-hall", 64)).isEqualTo(2);
    }
}
