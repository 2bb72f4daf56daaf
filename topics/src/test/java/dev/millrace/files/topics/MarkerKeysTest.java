package dev.millrace.files.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.topics.Owners;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkerKeysTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64})
    void eachFallsIntoItsPartitionAndIsNoNamespace(int partitions) {
        for (int partition = 0; partition < partitions; partition++) {
            String key = MarkerKeys.of(partition, partitions);

            assertThat(Owners.partitionOf(key, partitions)).isEqualTo(partition);
            assertThat(key).hasSize(FileIds.NAMESPACE_CHARS);
            assertThat(FileIds.parse(key + "." + "0".repeat(2 * FileIds.LOCAL_BYTES)))
                    .isEmpty();
        }
    }

    @Test
    void thereIsNoneForAPartitionThatThereIsNot() {
        assertThatThrownBy(() -> MarkerKeys.of(8, 8)).hasMessageContaining("partition: 8 (expected: 0..7)");
    }
}
