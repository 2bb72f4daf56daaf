package dev.millrace.feed.standalone.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.standalone.history.Exchange;
import dev.millrace.standalone.history.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each kind of contradiction is found, and a feed that is right is clean. */
class FeedCheckTest {
    private final PlayedFeed feed = new PlayedFeed();

    /** Ann follows bea and cid, who have posted three times: what most tests begin with. */
    private final String b1;

    private final String c1;
    private final String b2;

    FeedCheckTest() {
        feed.follow("ann", "bea");
        feed.follow("ann", "cid");
        b1 = feed.post("bea", "b1");
        c1 = feed.post("cid", "c1");
        b2 = feed.post("bea", "b2");
    }

    private PostShown shown(String postId) {
        return feed.shown(postId);
    }

    @Test
    void aRightFeedIsClean() {
        feed.feed("ann", 2, true, shown(b2), shown(c1));
        feed.feed("ann", c1, 2, false, shown(b1));
        PageRead first = feed.feed("ann", 20, false, shown(b2), shown(c1), shown(b1));
        feed.edit("bea", b1, "b1 again");
        feed.delete("cid", c1);
        feed.feed("ann", 20, false, shown(b2), shown(b1));
        String own = feed.post("ann", "a1");
        String b3 = feed.post("bea", "b3");
        feed.arrivals("ann", first, 1, true, shown(own));
        PageRead some = feed.arrivals("ann", first, 1, true, shown(own));
        feed.arrivals("ann", some, 1, false, shown(b3));
        feed.block("bea", "ann");
        feed.feed("ann", 20, false, shown(own));
        feed.postsOf("ann", "bea");
        feed.unblock("bea", "ann");
        feed.mute("ann", "bea");
        feed.feed("ann", 20, false, shown(own));
        feed.postsOf("ann", "bea", shown(b3), shown(b2), shown(b1));
        feed.unfollow("ann", "bea");
        feed.follow("dan", "ann");
        list(true, "ann", new ListRead.UserShown("dan", feed.since("dan", "ann")));
        list(false, "ann", new ListRead.UserShown("cid", feed.since("ann", "cid")));
        profile("ann", 1, 1, 1);

        Verdict verdict = feed.verdict();

        assertThat(verdict.contradictions()).isEmpty();
        assertThat(verdict.line()).startsWith("verdict: clean (").contains(" 14 pages checked");
        assertThat(verdict.facts()).isGreaterThan(15);
        assertThat(verdict.answers()).isEqualTo(8);
    }

    @Test
    void aMissingPostIsFound() {
        feed.feed("ann", 20, false, shown(b2), shown(b1));
        finds("misses " + c1 + " of cid");
    }

    @Test
    void aPostShownTwiceIsFound() {
        feed.feed("ann", 20, false, shown(b2), shown(c1), shown(c1), shown(b1));
        finds("shows " + c1 + " twice");
    }

    @Test
    void aWrongOrderIsFound() {
        feed.feed("ann", 20, false, shown(b2), shown(b1), shown(c1));
        finds("shows " + c1 + " after " + b1 + ", out of order");
    }

    @Test
    void aPostOfABlockedAuthorIsFound() {
        feed.block("ann", "bea");
        feed.feed("ann", 20, false, shown(b2), shown(c1));
        finds("shows " + b2 + " of bea, who is blocked or muted");
    }

    @Test
    void aPostOfOneWhoBlocksTheReaderIsFound() {
        feed.block("bea", "ann");
        feed.feed("ann", 20, false, shown(b2), shown(c1));
        finds("shows " + b2 + " of bea, who is blocked or muted");
    }

    @Test
    void aPostOfAMutedAuthorIsFound() {
        feed.mute("ann", "bea");
        feed.feed("ann", 20, false, shown(b2), shown(c1));
        finds("shows " + b2 + " of bea, who is blocked or muted");
    }

    @Test
    void aPostOfAnUnfollowedAuthorIsFound() {
        feed.unfollow("ann", "bea");
        feed.feed("ann", 20, false, shown(b2), shown(c1));
        finds("shows " + b2 + " of bea, whom the reader doesn't follow");
    }

    @Test
    void aDeletedPostIsFound() {
        PostShown before = shown(c1);
        feed.delete("cid", c1);
        feed.feed("ann", 20, false, shown(b2), before, shown(b1));
        finds("shows " + c1 + " of cid, which is deleted");
    }

    @Test
    void staleContentIsFound() {
        PostShown before = shown(c1);
        feed.edit("cid", c1, "c1 again");
        feed.feed("ann", 20, false, shown(b2), before, shown(b1));
        finds("content=c1,");
    }

    @Test
    void aPostFromAfterThePositionIsFound() {
        String position = feed.end("ann");
        String later = feed.post("bea", "later");
        seen(new PageRead(
                PageRead.Kind.FEED,
                "ann",
                "ann",
                "",
                null,
                20,
                null,
                position,
                List.of(shown(later), shown(b2), shown(c1), shown(b1)),
                false,
                false,
                false));
        finds("shows " + later + " of bea, which there isn't at that position");
    }

    @Test
    void aPageOlderThanWhatItsReaderAskedForIsFound() {
        String before = feed.end("ann");
        feed.post("bea", "later");
        seen(new PageRead(
                PageRead.Kind.FEED,
                "ann",
                "ann",
                "",
                null,
                20,
                feed.end("ann"),
                before,
                List.of(shown(b2), shown(c1), shown(b1)),
                false,
                false,
                false));
        finds(", asked for " + feed.endOfPosts("bea") + ", is of ");
    }

    @Test
    void aPageThatEndsTooSoonIsFound() {
        feed.feed("ann", 2, false, shown(b2), shown(c1));
        finds("says that there is no more");
    }

    @Test
    void anArrivalThatIsSkippedIsFound() {
        PageRead first = feed.feed("ann", 20, false, shown(b2), shown(c1), shown(b1));
        String c2 = feed.post("cid", "c2");
        String b3 = feed.post("bea", "b3");
        feed.arrivals("ann", first, 20, false, shown(b3));
        finds("misses " + c2 + " of cid");
    }

    @Test
    void anArrivalThatWasSeenBeforeIsFound() {
        PageRead first = feed.feed("ann", 20, false, shown(b2), shown(c1), shown(b1));
        feed.arrivals("ann", first, 20, false, shown(b2));
        finds("shows " + b2 + " of bea, which isn't of this page");
    }

    @Test
    void postsOfOneWhoIsApartAreFound() {
        feed.block("bea", "ann");
        feed.postsOf("ann", "bea", shown(b2), shown(b1));
        finds("though one of the two blocks the other");
    }

    @Test
    void aListThatMissesAFollowerIsFound() {
        feed.follow("cid", "bea");
        followersOfBea("dan", "cid");
        finds("followers of bea for dan");
    }

    /** The two are in different partitions of readers, so either may be heard of first. */
    @Test
    void aListThatHasntHeardOfAnotherPartitionYetIsClean() {
        feed.follow("dan", "bea");
        followersOfBea("cid", "dan");
        followersOfBea("cid", "ann");
        followersOfBea("cid");
        assertThat(feed.verdict().contradictions()).isEmpty();
    }

    @Test
    void aCallersOwnFollowMissingInAListIsFound() {
        feed.follow("dan", "bea");
        followersOfBea("dan", "ann");
        finds("followers of bea for dan");
    }

    @Test
    void aWrongCountIsFound() {
        profile("bea", 2, 0, 2);
        finds("profile of bea for dan");
    }

    @Test
    void aLostFactIsFound() {
        PlayedFeedFacts.remove(feed, b2);
        finds("fact missing: ");
    }

    @Test
    void aFactThatDiffersIsFound() {
        PlayedFeedFacts.change(
                feed,
                b2,
                fact -> fact.toBuilder()
                        .setPostCreated(fact.getPostCreated().toBuilder().setContent("other"))
                        .build());
        finds("fact differs: ");
    }

    @Test
    void aFactThatIsThereTwiceIsFound() {
        List<Written<PostFact>> facts = of("bea", feed.log.postFacts());
        facts.add(facts.get(0));
        finds("fact twice: ");
    }

    @Test
    void aLostChangeOfAnAudienceIsFound() {
        of("bea", feed.log.audienceChanges()).remove(0);
        finds("change of an audience");
    }

    @Test
    void aBlockThatTheOtherNeverHearsOfIsFound() {
        feed.block("bea", "ann");
        of("ann", feed.log.followCommands())
                .removeIf(command -> command.message().hasLearnBlock());
        of("ann", feed.log.followFacts()).removeIf(fact -> fact.message().hasBlockLearned());
        finds("a block lost on its way: ann knows");
    }

    @Test
    void aFollowThatIsNeverAcknowledgedIsFound() {
        of("ann", feed.log.followCommands())
                .removeIf(command -> command.message().hasAcknowledgeFollow());
        of("ann", feed.log.followFacts()).removeIf(fact -> fact.message().hasFollowAcknowledged());
        finds("a follow never acknowledged: that of ann");
    }

    @Test
    void anAnsweredPostThatIsNotOnTheLogIsFound() {
        Exchange right = feed.commands.get(2);
        feed.commands.add(new Exchange(
                right.user(), "POST", "/posts", "other", right.body(), null, 201, right.position(), right.answer()));
        finds("is not on the log");
    }

    @Test
    void anotherAnswerToTheSameKeyIsFound() {
        Exchange right = feed.commands.get(2);
        feed.commands.add(new Exchange(
                right.user(),
                "POST",
                "/posts",
                right.idempotencyKey(),
                right.body(),
                null,
                201,
                right.position(),
                right.answer().replace(b1, b2)));
        finds("was answered");
    }

    @Test
    void aPositionBeforeTheChangeItselfIsFound() {
        Exchange right = feed.commands.get(4);
        feed.commands.set(
                4,
                new Exchange(
                        right.user(),
                        "POST",
                        "/posts",
                        right.idempotencyKey(),
                        right.body(),
                        null,
                        201,
                        "posts." + PlayedFeed.partitionOf("bea") + ".0",
                        right.answer()));
        finds("was told position");
    }

    private static <T> List<Written<T>> of(String user, Map<Integer, List<Written<T>>> records) {
        return Objects.requireNonNull(records.get(PlayedFeed.partitionOf(user)));
    }

    private void seen(PageRead page) {
        feed.seen.saw(page);
    }

    private void followersOfBea(String reader, String... shown) {
        List<ListRead.UserShown> users = Stream.of(shown)
                .map(user -> new ListRead.UserShown(user, feed.since(user, "bea")))
                .toList();
        feed.seen.saw(new ListRead(true, reader, "bea", "", null, feed.endOfFollows(reader), users, false, false));
    }

    private void list(boolean followers, String of, ListRead.UserShown... users) {
        feed.seen.saw(new ListRead(followers, "bea", of, "", null, feed.end("ann"), List.of(users), false, true));
    }

    private void profile(String of, long followers, long following, long posts) {
        feed.seen.saw(new ProfileRead(
                "dan", of, null, feed.end("dan"), followers, following, posts, of.equals("ann"), false, false, true));
    }

    private void finds(String contradiction) {
        Verdict verdict = feed.verdict();
        assertThat(verdict.clean()).isFalse();
        assertThat(verdict.line()).startsWith("verdict: BROKEN");
        assertThat(verdict.contradictions())
                .anySatisfy(found -> assertThat(found).contains(contradiction));
    }
}
