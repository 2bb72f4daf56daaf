package dev.millrace.files.rules;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartPlanTest {
    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @CsvSource({
        "0, 16, 1",
        "1, 16, 1",
        "16777216, 16, 1",
        "16777217, 16, 2",
        // 50 GiB: 10,240 parts of 5 MiB would be too many.
        "53687091200, 16, 3200",
        "167772160000, 16, 10000",
        "167772160001, 17, 9412",
        "5497558138880, 525, 9987"
    })
    void partsGrowWithTheFile(long size, long partMib, int count) {
        assertThat(PartPlan.of(size)).isEqualTo(new PartPlan(partMib * MIB, count));
    }

    @Property
    void thePartsAreWhatS3TakesAndTheWholeFile(@ForAll @LongRange(min = 1, max = PartPlan.FILE_BYTES_MAX) long size) {
        PartPlan plan = PartPlan.of(size);

        assertThat(plan.partCount()).isBetween(1, 10_000);
        assertThat(plan.partBytes() % MIB).isZero();
        assertThat(plan.partBytes() * plan.partCount()).isGreaterThanOrEqualTo(size);
        assertThat(plan.partBytes() * (plan.partCount() - 1)).isLessThan(size);
    }
}
