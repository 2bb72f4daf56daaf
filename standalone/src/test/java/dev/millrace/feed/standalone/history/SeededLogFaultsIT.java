package dev.millrace.feed.standalone.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.standalone.crowd.CrowdOptions;
import dev.millrace.feed.standalone.crowd.CrowdTrial;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import dev.millrace.standalone.Verdicts;
import dev.millrace.standalone.history.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The logs a real system wrote, with one record lost or doubled: the oracle must find it. */
@Tag("full")
@ExtendWith(OneSystem.class)
class SeededLogFaultsIT {
    private static final CrowdOptions OPTIONS = new CrowdOptions(
            30, Duration.ofSeconds(5), Duration.ZERO, 7, List.of(), Duration.ZERO, Duration.ofSeconds(60), 30, 2);

    private final TestSystem system;

    SeededLogFaultsIT(TestSystem system) {
        this.system = system;
    }

    @Test
    void aRecordThatIsLostOrDoubledIsFound() throws Exception {
        CrowdTrial.Result played = new CrowdTrial(system.forTrial(), OPTIONS, line -> {}).run();

        Verdicts.assertClean(getClass(), played.table(), played.verdict());
        finds("fact missing", log -> lose(log.postFacts()));
        finds("fact missing", log -> lose(log.followFacts()));
        finds(" of an audience: ", log -> lose(log.audienceFacts()));
        finds("change of an audience", log -> lose(log.audienceChanges()));
        finds("fact without a reason", SeededLogFaultsIT::loseACommandThatMadeAFact);
        finds("fact twice", log -> repeat(log.postFacts()));
        finds("fact twice", log -> repeat(log.followFacts()));
    }

    private void finds(String contradiction, Consumer<FeedLog> fault) {
        FeedLog log = FeedLog.read(system.bootstrap());
        fault.accept(log);
        Verdict verdict = FeedCheck.of(log).verdict(new Observations());
        assertThat(verdict.contradictions())
                .as(verdict.line())
                .anySatisfy(found -> assertThat(found).contains(contradiction));
    }

    /** Any other would make no difference. */
    private static void loseACommandThatMadeAFact(FeedLog log) {
        List<Written<PostFact>> facts = longest(log.postFacts());
        Written<PostFact> one = facts.get(facts.size() / 2);
        long offset = one.message().getPosition().getOffset();
        log.postCommands().getOrDefault(one.partition(), List.of()).removeIf(command -> command.offset() == offset);
    }

    private static <T> void lose(Map<Integer, List<Written<T>>> records) {
        List<Written<T>> most = longest(records);
        most.remove(most.size() / 2);
    }

    private static <T> void repeat(Map<Integer, List<Written<T>>> records) {
        List<Written<T>> most = longest(records);
        most.add(most.get(most.size() / 2));
    }

    private static <T> List<Written<T>> longest(Map<Integer, List<Written<T>>> records) {
        return records.values().stream()
                .max((one, other) -> Integer.compare(one.size(), other.size()))
                .orElseThrow();
    }
}
