package dev.millrace.files.standalone.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.standalone.history.NamespaceEnd.StoredVersion;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.standalone.history.Exchange;
import dev.millrace.standalone.history.Verdict;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each kind of contradiction is found, and a trial that is right is clean. */
class FilesCheckTest {
    private final PlayedFiles files = new PlayedFiles();

    /** Two files of ann's, the first with two versions: what all tests begin with. */
    private final String one;

    private final String two;

    FilesCheckTest() {
        one = files.put("One.txt", "first");
        files.edit(one, 1, "second");
        two = files.put("Two.txt", "another");
    }

    @Test
    void aRightTrialIsClean() {
        String late = files.begin(one, 2, "late");
        files.edit(one, 2, "third");
        String copy = files.end(late, "late");
        files.edit(one, 1, "third");
        files.rename(one, "ONE.txt");
        String share = files.share(one, "bea");
        files.read("bea", one, 2, "second");
        files.unshare(share);
        files.passSeconds(59);
        files.read("bea", one, 3, "third");
        files.read("ann", copy, 1, "late");
        files.calls.add(files.calls.get(0));
        files.seen.saw(new ChangesRead("ann", 3, List.of(1L, 2L, 3L, 4L)));

        Verdict verdict = files.verdict();

        assertThat(verdict.contradictions()).isEmpty();
        assertThat(verdict.line()).isEqualTo("verdict: clean (21 facts, 16 answers, 5 versions checked)");
    }

    @Test
    void aLostVersionIsFound() {
        files.facts.remove(2);
        finds("was acknowledged, and never came to an end");
    }

    @Test
    void aVersionOfOtherBytesThanWereSentIsFound() {
        files.change(2, fact -> {
            fact.getVersionBuilder().setSha256(fact.getCommandId());
            fact.getNodesBuilder(0).setSha256(fact.getCommandId());
        });
        finds("is a version of SHA-256");
    }

    @Test
    void wrongBytesAreFound() {
        files.contents.put(new StoredVersion(one, 1), "something else");
        finds("wrong bytes");
    }

    @Test
    void aVersionThatIsntReadBackIsFound() {
        files.contents.remove(new StoredVersion(one, 1));
        finds("version 1 of " + one + " can't be read back");
    }

    @Test
    void twoWinnersOnOneVersionAreFound() {
        String second = files.begin(one, 2, "fourth");
        files.edit(one, 2, "third");
        files.end(second, "fourth");
        files.change(files.facts.size() - 1, fact -> {
            fact.setKind(ChangeKind.CHANGE_VERSION_COMMITTED);
            fact.getVersionBuilder().setNumber(4);
        });
        finds("two winners");
    }

    @Test
    void aCopyOfWhoeverWasFirstIsFound() {
        String late = files.begin(one, 1, "late");
        files.end(late, "late");
        files.change(files.facts.size() - 1, fact -> fact.getVersionBuilder().setBaseVersion(2));
        finds("is no conflict");
    }

    @Test
    void aNameTwiceIsFound() {
        files.rename(two, "ONE.TXT");
        finds("a name twice");
    }

    @Test
    void aGapIsFound() {
        files.rename(one, "Three.txt");
        files.rename(one, "Four.txt");
        files.facts.remove(files.facts.size() - 2);
        finds("a gap");
    }

    @Test
    void aGapInTheChangesThatWereToldIsFound() {
        files.seen.saw(new ChangesRead("ann", 3, List.of(1L, 3L)));
        finds("changes of ann have a gap");
    }

    @Test
    void aForbiddenReadIsFound() {
        files.share(two, "bea");
        files.share(one, "cid");
        files.read("bea", one, 2, "second");
        finds("was a forbidden read");
    }

    @Test
    void aReadLongAfterTheShareEndedIsFound() {
        files.unshare(files.share(one, "bea"));
        files.passSeconds(61);
        files.read("bea", one, 2, "second");
        finds("was a forbidden read");
    }

    @Test
    void aQuotaThatDoesntSumUpIsFound() {
        files.change(5, fact -> fact.getUsageBuilder().setLiveBytes(1));
        finds("counts 0 bytes reserved, 1 live, 5 of older versions (expected: 0 bytes reserved, 6 live");
    }

    @Test
    void anotherAnswerToTheSameKeyIsFound() {
        files.rename(one, "Three.txt");
        Exchange right = last();
        files.calls.add(answered(right, 200, new JsonObject(right.answer()).put("name", "Four.txt")));
        finds(" and then ");
    }

    @Test
    void anAnswerThatIsntOnTheLogIsFound() {
        files.rename(one, "Three.txt");
        files.facts.remove(files.facts.size() - 1);
        finds("nothing of it is on the log");
    }

    @Test
    void aRefusalOfWhatWasDoneIsFound() {
        files.rename(one, "Three.txt");
        Exchange right = last();
        files.calls.set(files.calls.size() - 1, answered(right, 409, new JsonObject().put("reason", "NAME_TAKEN")));
        finds("did it");
    }

    @Test
    void aKeyThatWasntReusedIsFound() {
        files.rename(one, "Three.txt");
        JsonObject reused = new JsonObject().put("reason", "IDEMPOTENCY_KEY_REUSED");
        files.calls.add(answered(last(), 422, reused));
        finds("it came with one body only");
    }

    private Exchange last() {
        return files.calls.get(files.calls.size() - 1);
    }

    private static Exchange answered(Exchange call, int status, JsonObject answer) {
        return new Exchange(
                call.user(),
                call.method(),
                call.path(),
                call.idempotencyKey(),
                call.body(),
                null,
                status,
                null,
                answer.encode());
    }

    private void finds(String contradiction) {
        Verdict verdict = files.verdict();
        assertThat(verdict.line()).startsWith("verdict: BROKEN");
        assertThat(verdict.contradictions())
                .anySatisfy(found -> assertThat(found).contains(contradiction));
    }
}
