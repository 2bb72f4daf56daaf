package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.Programs;
import dev.millrace.standalone.StandaloneOptions;
import dev.millrace.standalone.TestSystem;
import dev.millrace.tickets.standalone.history.Verdict;
import dev.millrace.tickets.standalone.onsale.OnSale;
import dev.millrace.tickets.standalone.onsale.SaleOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checker is checked: a real system with a bug in its owner of seats, on which a sale is played. */
@Tag("full")
class SeededFaultsIT {
    private static final String FAULTY = "dev.millrace.streams.FaultyStreams";
    private static final long SEED = 42;

    @ParameterizedTest
    @CsvSource({
        "NONE, ''",
        "SKIPPED_CHECK, has two holders",
        "STALE_STATE, has two holders",
        "LOST_FACT, fact differs",
        "DOUBLED_FACT, fact differs",
        "OTHER_ANSWER, was answered"
    })
    void aSaleOnASystemWithThisBugIsCalledBroken(String fault, String contradiction) throws Exception {
        Verdict verdict = sale(fault);
        String found = String.join(System.lineSeparator(), verdict.contradictions());
        assertThat(verdict.facts()).as(verdict.line()).isGreaterThan(100);
        assertThat(verdict.clean()).as("%s: %s", fault, found).isEqualTo(fault.equals("NONE"));
        assertThat(found).contains(contradiction);
    }

    private static Verdict sale(String fault) throws Exception {
        SaleOptions options =
                new SaleOptions(200, Duration.ofSeconds(10), Duration.ZERO, SEED, List.of(), Duration.ofSeconds(15), 5);
        try (TestSystem system = TestSystem.start(1, 1, usual -> with(usual, fault))) {
            return new OnSale(system.forSale(), options, line -> {}).run().verdict();
        }
    }

    private static StandaloneOptions with(StandaloneOptions usual, String fault) {
        Map<String, Map<String, String>> settings = new HashMap<>(usual.settings());
        settings.put("streams-0", Map.of("fault", fault));
        return usual.withDemo(false)
                .withSettings(settings)
                .withMain(
                        "streams-0",
                        new StandaloneOptions.Main(
                                FAULTY, Programs.here().root().resolve("streams-topologies/target/test-classes")));
    }
}
