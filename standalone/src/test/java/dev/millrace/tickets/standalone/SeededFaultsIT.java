package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.Product;
import dev.millrace.standalone.Programs;
import dev.millrace.standalone.StandaloneOptions;
import dev.millrace.standalone.TestSystem;
import dev.millrace.standalone.Verdicts;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.tickets.standalone.onsale.OnSale;
import dev.millrace.tickets.standalone.onsale.SaleOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The checker is checked: a real system with a bug in its owner of seats, on which a sale is played. Bugs that make the
 * ledger stop for good, as two holders of a seat do, come last.
 */
@Tag("full")
@Tag("own-system")
class SeededFaultsIT {
    private static final String FAULTY = "dev.millrace.streams.FaultyStreams";
    private static final long SEED = 42;
    private static final int BUYERS = 200;
    private static final Duration LASTING = Duration.ofSeconds(6);
    private static final int READS_PER_WRITE = 5;

    /** For a verdict to become clean. */
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofMinutes(1);
    /** A broken one doesn't become clean. */
    private static final Duration BROKEN_WITHIN = Duration.ofSeconds(2);

    @TempDir
    private static Path folder;

    private static TestSystem system;

    @BeforeAll
    static void start() throws IOException {
        become("NONE");
        system = TestSystem.start(1, 1, SeededFaultsIT::withFaultyStreams);
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, ''",
        "OTHER_ANSWER, was answered",
        "DOUBLED_FACT, fact differs",
        "LOST_FACT, fact differs",
        "SKIPPED_CHECK, has two holders",
        "STALE_STATE, has two holders"
    })
    void aSaleOnASystemWithThisBugIsCalledBroken(String fault, String contradiction) throws Exception {
        boolean right = fault.equals("NONE");
        become(fault);
        Verdict verdict = sale(right ? CAUGHT_UP_WITHIN : BROKEN_WITHIN);
        String found = String.join(System.lineSeparator(), verdict.contradictions());
        assertThat(verdict.facts()).as(verdict.line()).isGreaterThan(100);
        if (right) {
            Verdicts.assertClean(getClass(), fault, verdict);
        }
        assertThat(verdict.clean()).as("%s: %s", fault, found).isEqualTo(right);
        assertThat(found).contains(contradiction);
    }

    private static Verdict sale(Duration caughtUpWithin) throws Exception {
        SaleOptions options = new SaleOptions(
                BUYERS, LASTING, Duration.ZERO, SEED, List.of(), Duration.ZERO, caughtUpWithin, READS_PER_WRITE);
        return new OnSale(system.forSale(), options, line -> {}).run().verdict();
    }

    private static Path faultFile() {
        return folder.resolve("fault");
    }

    private static void become(String fault) throws IOException {
        Path written = Files.writeString(folder.resolve("next"), fault);
        Files.move(written, faultFile(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static StandaloneOptions withFaultyStreams(StandaloneOptions usual) {
        Map<String, Map<String, String>> settings = new HashMap<>(usual.settings());
        settings.put("streams-0", Map.of("fault.file", faultFile().toString()));
        return usual.withProducts(Set.of(Product.tickets))
                .withDemo(false)
                .withSettings(settings)
                .withMain(
                        "streams-0",
                        new StandaloneOptions.Main(
                                FAULTY, Programs.here().root().resolve("streams-topologies/target/test-classes")));
    }
}
