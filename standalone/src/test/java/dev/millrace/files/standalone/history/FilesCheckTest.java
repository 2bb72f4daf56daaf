package dev.millrace.files.standalone.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.standalone.history.NamespaceEnd.StoredVersion;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.standalone.history.Exchange;
import dev.millrace.standalone.history.Verdict;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
    void whatWasSoAlreadyAndWhatAShareAllowsIsRight() {
        files.unchanged(
                "PATCH",
                "/files/" + two,
                new JsonObject().put("name", "Two.txt").encode(),
                two);
        files.unchanged(
                "POST",
                "/files/" + one + "/restore",
                new JsonObject().put("version", 2).encode(),
                one);
        files.delete(two);
        files.unchanged("DELETE", "/files/" + two, "", two);
        files.bringBack(two);
        files.restore(one, 1);
        files.share(files.folder("Folder"), "bea");
        files.share(one, "bea", "read", "write");
        files.shareAgain();
        files.user = "bea";
        files.edit(one, 3, "hers");

        Verdict verdict = files.verdict();

        assertThat(verdict.contradictions()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contradictions")
    void eachContradictionIsFound(String contradiction, Consumer<FilesCheckTest> made) {
        made.accept(this);
        finds(contradiction);
    }

    static Stream<Arguments> contradictions() {
        return Stream.of(
                        inTheOrderOfSteps(),
                        inWhatAStepMakes(),
                        inWhoDidAStep(),
                        inWhatBecameOfUploads(),
                        inAnswersWithoutAStep(),
                        inAnswersWithAStep())
                .flatMap(rows -> rows);
    }

    private static Stream<Arguments> inTheOrderOfSteps() {
        return Stream.of(
                row(
                        "is of a command before that of the step before it",
                        it -> it.files.change(
                                4, fact -> fact.getPositionBuilder().setOffset(0))),
                row("is earlier than the step before it", it -> it.files.change(4, fact -> fact.setAtMillis(1))),
                row("of bea (expected: of ann)", it -> it.files.change(4, fact -> fact.setOwnerId("bea"))),
                row(
                        "was decided twice",
                        it -> it.files.change(
                                8,
                                fact -> fact.setCommandId(it.files.facts.get(7).getCommandId()))),
                row(
                        "changes of ann end with 2 (expected: at least 3)",
                        it -> it.files.seen.saw(new ChangesRead("ann", 3, List.of(1L, 2L)))));
    }

    private static Stream<Arguments> inWhatAStepMakes() {
        return Stream.of(
                row(
                        "(expected: 2)",
                        it -> it.files.change(
                                5, fact -> fact.getVersionBuilder().setNumber(3))),
                row(
                        "(expected: from 1, the newest)",
                        it -> it.files.change(
                                5, fact -> fact.getVersionBuilder().setBaseVersion(7))),
                row("as something else", it -> {
                    it.files.restore(it.one, 1);
                    it.changeLast(fact -> fact.getVersionBuilder().setSha256(fact.getCommandId()));
                }),
                row("makes a copy that is there already", it -> {
                    it.files.end(it.files.begin(it.one, 1, "late"), "late");
                    it.changeLast(fact -> fact.getUploadBuilder().setConflictNodeId(Namespace.local(it.two)));
                }),
                row(
                        " at version 1, SHA-256",
                        it -> it.files.change(5, fact -> fact.getNodesBuilder(0).setVersion(1))));
    }

    private static Stream<Arguments> inWhoDidAStep() {
        return Stream.of(
                row("had no right to", it -> {
                    it.files.user = "bea";
                    it.files.edit(it.one, 2, "hers");
                }),
                row("(CHANGE_UPLOAD_STARTED) was done by \"bea\"", it -> {
                    it.files.share(it.one, "bea");
                    it.files.user = "bea";
                    it.files.edit(it.one, 2, "hers");
                }),
                row("(CHANGE_UPLOAD_STARTED) was done by \"cid\"", it -> {
                    it.files.share(it.one, "cid", "read", "write");
                    it.changeLast(fact -> fact.getSharesBuilder(0).setExpiresAtMillis(1));
                    it.files.user = "cid";
                    it.files.edit(it.one, 2, "theirs");
                }),
                row("(CHANGE_NODE_MOVED) was done by \"bea\"", it -> {
                    it.files.share(it.one, "bea", "read", "write");
                    it.files.user = "bea";
                    it.files.rename(it.one, "Hers.txt");
                }),
                row("(CHANGE_NODE_DELETED) was done by \"bea\"", it -> {
                    it.files.unshare(it.files.share(it.one, "bea", "read", "write"));
                    it.files.user = "bea";
                    it.files.delete(it.one);
                }),
                row("(CHANGE_SHARE_GRANTED) was done by \"bea\"", it -> {
                    it.files.user = "bea";
                    it.files.share(it.one, "cid");
                }));
    }

    private static Stream<Arguments> inWhatBecameOfUploads() {
        return Stream.of(
                row(
                        "which has ended: UPLOAD_COMPLETED",
                        it -> it.files.change(
                                3, fact -> fact.setUpload(it.files.facts.get(2).getUpload()))),
                row(
                        "was acknowledged, but is not on the log",
                        it -> it.files.seen.sent(new Sent("ann", "space.00", 1, "", ""))),
                row(
                        "is lost",
                        it -> it.files.change(5, fact -> fact.getUploadBuilder().setVersion(9))),
                row(
                        "was acknowledged, and lost",
                        it -> it.files.change(
                                8, fact -> fact.getUploadBuilder().setStatus(UploadStatus.UPLOAD_REJECTED))),
                row(
                        "(expected: none, as something else was declared)",
                        it -> it.files.seen.sent(new Sent(
                                "ann",
                                it.uploadOfTwo(),
                                "another".length(),
                                PlayedFiles.sha256("another"),
                                PlayedFiles.sha256("a lie")))),
                row(
                        "was shown completed as version 2",
                        it -> it.files.seen.saw(new UploadRead(it.uploadOfTwo(), "completed", it.two, 2))));
    }

    private static Stream<Arguments> inAnswersWithoutAStep() {
        String nothing = "nothing of it is on the log";
        return Stream.of(
                row(nothing, it -> it.files.unchanged("PATCH", "/files/" + it.two, name("Four.txt"), it.two)),
                // Of another file than the path's.
                row(nothing, it -> it.files.unchanged("PATCH", "/files/" + it.two, name("One.txt"), it.one)),
                row(nothing, it -> it.files.unchanged("DELETE", "/files/" + it.two, "", it.two)),
                row(
                        nothing,
                        it -> it.files.unchanged("POST", "/files/" + it.one + "/restore", "{\"version\":1}", it.one)),
                row(nothing, it -> it.files.unchanged("POST", "/folders", name("One.txt"), it.one)),
                row(nothing, it -> {
                    it.files.folder("Folder");
                    it.files.facts.remove(it.files.facts.size() - 1);
                }),
                row(nothing, it -> {
                    it.files.share(it.one, "bea");
                    it.files.shareAgain();
                    it.ask(it.files.calls.size() - 1, "userId", "cid");
                }),
                row("was decided with one body and with another", it -> {
                    it.files.calls.add(it.files.calls.get(0));
                    it.ask(it.files.calls.size() - 1, "fileName", "Other.txt");
                }),
                row("did it", it -> {
                    JsonObject ended = new JsonObject().put("reason", "UPLOAD_ENDED");
                    it.files.calls.set(1, answered(it.files.calls.get(1), 409, ended));
                }));
    }

    private static Stream<Arguments> inAnswersWithAStep() {
        String other = "is something else on the log";
        return Stream.of(
                row(other, it -> {
                    it.files.rename(it.one, "Three.txt");
                    it.changeLast(fact -> fact.setKind(ChangeKind.CHANGE_NODE_RESTORED));
                }),
                row(other, it -> it.ask(0, "fileName", "Other.txt")),
                // Asked to be in the root folder.
                row(
                        other,
                        it -> it.files.change(0, fact -> fact.getNodesBuilder(0).setParentId(Namespace.local(it.two)))),
                row(other, it -> it.ask(0, "parentId", it.two)),
                row(other, it -> it.ask(2, "fileId", it.two)),
                row(other, it -> {
                    it.files.restore(it.one, 1);
                    it.ask(it.files.calls.size() - 1, "version", 2);
                }),
                row(other, it -> {
                    it.files.share(it.one, "bea");
                    it.ask(it.files.calls.size() - 1, "userId", "cid");
                }),
                row(other, it -> {
                    it.files.share(it.one, "bea");
                    it.ask(it.files.calls.size() - 1, "permissions", JsonArray.of("read", "write"));
                }),
                row(other, it -> {
                    it.files.share(it.one, "bea");
                    it.ask(it.files.calls.size() - 1, "expiresAt", "2031-01-31T12:00:00Z");
                }));
    }

    private static Arguments row(String contradiction, Consumer<FilesCheckTest> made) {
        return Arguments.of(contradiction, made);
    }

    private static String name(String name) {
        return new JsonObject().put("name", name).encode();
    }

    private String uploadOfTwo() {
        return PlayedFiles.text(files.facts.get(8).getUpload().getUploadId());
    }

    private void changeLast(Consumer<NamespaceFact.Builder> change) {
        files.change(files.facts.size() - 1, change);
    }

    /** Something else was asked for than was done. */
    private void ask(int index, String member, Object value) {
        Exchange call = files.calls.get(index);
        String body = new JsonObject(call.body()).put(member, value).encode();
        files.calls.set(
                index,
                new Exchange(
                        call.user(),
                        call.method(),
                        call.path(),
                        call.idempotencyKey(),
                        body,
                        null,
                        call.status(),
                        null,
                        call.answer()));
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
    void whatItsOwnerLetsGoMayGo() {
        files.purgeVersion(one, 1);
        files.delete(one);
        files.letGo(one);
        files.purge(one);
        files.delete(two);
        files.emptyTrash(two);
        files.purge(two);

        assertThat(files.verdict().contradictions()).isEmpty();
    }

    @Test
    void aVersionThatIsShownAfterItWentIsFound() {
        files.purgeVersion(one, 1);
        files.passSeconds(59);
        files.read("ann", one, 1, "first");
        assertThat(files.verdict().contradictions()).isEmpty();

        files.passSeconds(2);
        files.read("ann", one, 1, "first");
        finds("had gone for good");
    }

    @Test
    void aVersionThatIsSaidToBePurgedAndStaysIsFound() {
        files.unchanged("DELETE", "/files/" + one + "/versions/1", "", one);
        finds("nothing of it is on the log");
    }

    @Test
    void whatIsPurgedThoughItIsntDeletedIsFound() {
        files.purge(one);
        finds("which isn't deleted");
    }

    @Test
    void whatIsPurgedTooSoonIsFound() {
        files.delete(one);
        files.purge(one);
        finds("or not for long enough");
    }

    @Test
    void whatIsPurgedAfterItsTimeIsRight() {
        files.delete(one);
        files.passSeconds(30 * 24 * 3600);
        files.purge(one);

        assertThat(files.verdict().contradictions()).isEmpty();
    }

    @Test
    void whatIsLetGoThoughItIsntDeletedIsFound() {
        files.letGo(one);
        finds("lets \"One.txt\" go for good, which isn't deleted");
    }

    @Test
    void whatIsRestoredAfterItWasLetGoIsFound() {
        files.delete(one);
        files.emptyTrash(one);
        files.bringBack(one);
        finds("which its owner let go");
    }

    @Test
    void whatOthersLetGoIsFound() {
        files.share(one, "bea", "read", "write");
        files.user = "bea";
        files.purgeVersion(one, 1);
        finds("who had no right to");
    }

    @Test
    void aNewestVersionThatIsPurgedIsFound() {
        files.purgeVersion(one, 2);
        finds("the newest");
    }

    @Test
    void aVersionThatIsRestoredAfterItWasPurgedIsFound() {
        files.restore(one, 1);
        NamespaceFact restored = files.facts.remove(files.facts.size() - 1);
        files.purgeVersion(one, 1);
        files.facts.add(restored);
        finds("as something else");
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
