package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import dev.millrace.standalone.Verdicts;
import dev.millrace.standalone.trial.Breakable;
import dev.millrace.standalone.trial.Harm;
import dev.millrace.tickets.standalone.onsale.OnSale;
import dev.millrace.tickets.standalone.onsale.SaleOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Sales during which one child after the other is killed with -9, or stopped until it wakes up as a zombie; all that was
 * decided, answered, shown and written is checked. The long form is {@code ./millrace onsale --kill all}.
 */
@ExtendWith(OneSystem.class)
class FaultsIT {
    /** What a sale needs besides an owner of seats. */
    private static final List<Breakable> OTHERS =
            List.of(Breakable.broker, Breakable.ingest, Breakable.serving, Breakable.outbound, Breakable.postgres);

    private static final int BUYERS_PER_SECOND = 5;
    private static final int READS_PER_WRITE = 5;
    /** What reads are told when neither an owner nor its standby answers. */
    private static final List<String> NOBODY = List.of("503 STATE_UNAVAILABLE", "503 TIMED_OUT");
    /** One in so many. */
    private static final int READS_THAT_MAY_FIND_NOBODY = 100;

    private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(60);

    private final TestSystem system;

    FaultsIT(TestSystem system) {
        this.system = system;
    }

    @Test
    void aSaleStaysRightWhileTheServersAndEveryOtherRoleAreKilled() throws Exception {
        List<Harm> harm = rightSale(OTHERS, Duration.ofSeconds(20), Duration.ofSeconds(120))
                .harm();

        assertThat(harm).extracting(Harm::role).containsExactlyElementsOf(OTHERS);
        assertThat(harm).allMatch(Harm::killed);
    }

    @Test
    void readsGoOnAndTheSaleStaysRightWhileOneOwnerIsKilledAndOneComesBackAsAZombie() throws Exception {
        OnSale.Result result = rightSale(List.of(Breakable.streams), Duration.ofSeconds(26), Duration.ofSeconds(60));

        assertThat(result.harm()).extracting(Harm::killed).containsExactly(true, false);
        // How many were sent away because the machine is busy with the process that comes back is a figure, not a test.
        long answers = count(result, any -> true);
        assertThat(count(result, NOBODY::contains)).as(result.table()).isLessThan(answers / READS_THAT_MAY_FIND_NOBODY);
        assertThat(count(result, answer -> answer.startsWith("2") || answer.startsWith("3")))
                .as(result.table())
                .isGreaterThan(answers / 2);
    }

    @Test
    void whileIngestIsAwayReadsAnswerAndWritesAreToldToComeBack() {
        String event = new Organiser(system.asOrganiser()).event(1, 600);
        int restarts = system.status("ingest").restarts();
        system.kill("ingest");

        Answer read = system.asNobody().get("/events/" + event + "/seatmap");
        Answer write = system.as("alice").hold(event, UUID.randomUUID().toString(), List.of("S-A-1"));
        system.awaitRestarted("ingest", restarts);

        assertThat(read.status()).isEqualTo(200);
        assertThat(write.status()).isEqualTo(503);
        assertThat(write.header("Retry-After")).isPresent();
        assertThat(write.header("Content-Type")).contains("application/problem+json");
    }

    private static long count(OnSale.Result result, Predicate<String> which) {
        return result.readAnswers().entrySet().stream()
                .filter(answer -> which.test(answer.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Plays a sale that must be clean and in which everybody came to an end; what came of it. */
    private OnSale.Result rightSale(List<Breakable> kills, Duration apart, Duration lasting) throws Exception {
        int buyers = (int) lasting.toSeconds() * BUYERS_PER_SECOND;
        long seed = System.nanoTime();
        SaleOptions options =
                new SaleOptions(buyers, lasting, Duration.ZERO, seed, kills, apart, CAUGHT_UP_WITHIN, READS_PER_WRITE);
        OnSale.Result result = new OnSale(system.forSale(), options, line -> {}).run();
        Verdicts.assertClean(getClass(), String.format("seed %d%n%s", seed, result.table()), result.verdict());
        assertThat(result.stayed()).as("seed %d%n%s", seed, result.table()).isZero();
        assertThat(result.verdict().facts()).isGreaterThan(buyers);
        assertThat(result.verdict().reads()).isGreaterThan(buyers);
        return result;
    }
}
