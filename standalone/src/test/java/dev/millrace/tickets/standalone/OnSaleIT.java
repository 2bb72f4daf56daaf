package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import dev.millrace.tickets.standalone.onsale.Breakable;
import dev.millrace.tickets.standalone.onsale.OnSale;
import dev.millrace.tickets.standalone.onsale.SaleOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whole sales with everything that may break breaking; the long form is {@code ./millrace onsale --kill all}. */
@Tag("full")
@ExtendWith(OneSystem.class)
class OnSaleIT {
    private static final int READS_PER_WRITE = 10;
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(60);

    private final TestSystem system;

    OnSaleIT(TestSystem system) {
        this.system = system;
    }

    @Test
    void aSaleStaysRightWhileEveryRoleAndServerIsKilledOnce() throws Exception {
        assertClean(List.of(Breakable.values()), Duration.ofSeconds(125), 600);
    }

    @Test
    void aSaleStaysRightWhenAnOwnerIsKilledAndAnotherComesBackAsAZombie() throws Exception {
        assertClean(List.of(Breakable.streams), Duration.ofSeconds(50), 400);
    }

    private void assertClean(List<Breakable> kills, Duration lasting, int buyers) throws Exception {
        long seed = System.nanoTime();
        OnSale.Result result = new OnSale(
                        system.forSale(),
                        new SaleOptions(buyers, lasting, Duration.ZERO, seed, kills, CAUGHT_UP_WITHIN, READS_PER_WRITE),
                        line -> {})
                .run();
        assertThat(result.verdict().contradictions())
                .as("seed %d%n%s", seed, result.table())
                .isEmpty();
        assertThat(result.verdict().facts()).isGreaterThan(buyers);
        assertThat(result.verdict().reads()).isGreaterThan(buyers);
    }
}
