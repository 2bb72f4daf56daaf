package dev.millrace.feed.streams;

import static dev.millrace.feed.rules.FollowCommands.block;
import static dev.millrace.feed.rules.FollowCommands.follow;
import static dev.millrace.feed.rules.FollowCommands.mute;
import static dev.millrace.feed.rules.FollowCommands.unblock;
import static dev.millrace.feed.rules.FollowCommands.unfollow;
import static dev.millrace.feed.rules.PostCommands.newPost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.AudienceFact;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowOutcome;
import dev.millrace.feed.topics.v1.FollowRefusalReason;
import dev.millrace.feed.topics.v1.FollowersView;
import dev.millrace.feed.topics.v1.FollowingView;
import dev.millrace.feed.topics.v1.ListQuestion;
import dev.millrace.feed.topics.v1.RelationView;
import dev.millrace.topics.v1.StateQuery;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowTopologyTest {
    private static final long NOW = 1_795_600_000_000L;

    private final FeedDriver feed = new FeedDriver();

    @AfterEach
    void close() {
        feed.close();
    }

    @Test
    void anEdgeIsAcknowledgedWithTheAuthorsPostSequence() throws Exception {
        feed.post(newPost("1", "bob", "one"), NOW);
        feed.post(newPost("2", "bob", "two"), NOW);
        feed.settle();

        feed.follow(follow("1", "alice", "bob"));
        List<AudienceFact> said = feed.settle();

        assertThat(said).extracting(AudienceFact::getPostSequence).containsExactly(2L);
        FollowEdge edge = following("alice", 0).getEdges(0);
        assertThat(edge.getAcknowledged()).isTrue();
        assertThat(edge.getAcknowledgedSequence()).isEqualTo(2);
        assertThat(followers("bob", "alice").getFollowers()).isEqualTo(1);
        assertThat(followers("bob", "alice").getIncludesReader()).isTrue();
    }

    @Test
    void anEdgeThatWentIsNoFollowerAnyMore() throws Exception {
        feed.follow(follow("1", "alice", "bob"));
        feed.settle();

        feed.follow(unfollow("2", "alice", "bob"));
        feed.settle();

        assertThat(followers("bob", "alice").getFollowers()).isZero();
        assertThat(followers("bob", "alice").getIncludesReader()).isFalse();
        assertThat(following("alice", 0).getFollowing()).isZero();
    }

    @Test
    void aChangeThatComesAgainCountsOnce() throws Exception {
        feed.follow(follow("1", "alice", "bob"));
        AudienceChange change = feed.audienceChanges().get(0).value;

        feed.toAudience(change);
        feed.toAudience(change);

        assertThat(followers("bob", "alice").getFollowers()).isEqualTo(1);
    }

    @Test
    void aLateRemovalOfAnEarlierEdgeLeavesTheNewOne() throws Exception {
        feed.follow(follow("1", "alice", "bob"));
        feed.follow(unfollow("2", "alice", "bob"));
        feed.follow(follow("3", "alice", "bob"));
        var changes = feed.audienceChanges();
        changes.forEach(change -> feed.toAudience(change.value));

        feed.toAudience(changes.get(1).value);

        assertThat(followers("bob", "alice").getFollowers()).isEqualTo(1);
    }

    @Test
    void aRepeatedFollowDoesntBringBackWhatWasUnfollowedSince() throws Exception {
        FollowOutcome first = feed.follow(follow("1", "alice", "bob"));
        feed.follow(unfollow("2", "alice", "bob"));

        FollowOutcome again = feed.follow(follow("1", "alice", "bob"));

        assertThat(again).isEqualTo(first);
        assertThat(following("alice", 0).getFollowing()).isZero();
    }

    @Test
    void aFollowLeavesOneRememberedAnswerHoweverOftenItComes() throws Exception {
        feed.follow(follow("1", "alice", "bob"));
        feed.settle();
        feed.follow(follow("1", "alice", "bob"));
        feed.settle();

        assertThat(following("alice", 0).getEdges(0).getAcknowledged()).isTrue();
        assertThat(feed.followAnswersRemembered()).isEqualTo(1);
    }

    /** The other user's owner learns of it by a command of ours, which nobody asks again. */
    @Test
    void aBlockLeavesNoAnswerWithWhoeverIsBlocked() throws Exception {
        feed.follow(block("1", "alice", "bob"));
        feed.settle();

        assertThat(feed.followAnswersRemembered()).isEqualTo(1);
    }

    @Test
    void aKeyUsedForAnotherBodyIsRefused() throws Exception {
        feed.follow(follow("1", "alice", "bob"));

        FollowOutcome reused = feed.follow(follow("1", "alice", "carol"));

        assertThat(reused.getRefused()).isEqualTo(FollowRefusalReason.FOLLOW_IDEMPOTENCY_KEY_REUSED);
    }

    @Test
    void aBlockHidesBothFromEachOtherUntilItEnds() throws Exception {
        feed.follow(follow("1", "alice", "bob"));
        feed.follow(follow("1", "bob", "alice"));

        feed.follow(block("2", "alice", "bob"));
        feed.settle();

        assertThat(following("alice", 0).getHiddenList()).containsExactly(0);
        assertThat(following("bob", 0).getHiddenList()).containsExactly(0);

        feed.follow(unblock("3", "alice", "bob"));
        feed.settle();

        assertThat(following("alice", 0).getHiddenList()).isEmpty();
        assertThat(following("bob", 0).getHiddenList()).isEmpty();
    }

    @Test
    void aMuteHidesOneWay() throws Exception {
        feed.follow(follow("1", "alice", "bob"));
        feed.follow(follow("1", "bob", "alice"));

        feed.follow(mute("2", "alice", "bob"));
        feed.settle();

        assertThat(following("alice", 0).getHiddenList()).containsExactly(0);
        assertThat(following("bob", 0).getHiddenList()).isEmpty();
    }

    @Test
    void whatTwoAreToEachOtherIsFoundOnlyIfThereIsSomething() throws Exception {
        feed.follow(mute("1", "alice", "bob"));

        assertThat(relation("alice", "bob").orElseThrow().getRelation().getMutes())
                .isTrue();
        assertThat(relation("alice", "bob").orElseThrow().hasEdge()).isFalse();
        assertThat(relation("bob", "alice")).isEmpty();
    }

    @Test
    void aListThatIsKnownIsNotRepeated() throws Exception {
        feed.follow(follow("1", "alice", "bob"));
        feed.settle();
        long version = following("alice", 0).getBookVersion();

        FollowingView unchanged = following("alice", version);
        feed.follow(follow("2", "alice", "carol"));
        FollowingView changed = following("alice", version);

        assertThat(unchanged.getUnchanged()).isTrue();
        assertThat(unchanged.getEdgesList()).isEmpty();
        assertThat(changed.getUnchanged()).isFalse();
        assertThat(changed.getEdgesCount()).isEqualTo(2);
    }

    @Test
    void ofAListThatNothingWasPutIntoWhoeverIsFurtherMayKnowMore() throws Exception {
        feed.follow(follow("1", "alice", "bob"));
        feed.settle();
        FollowQueries questions = new FollowQueries();

        assertThat(questions.lacks(following("carol", 0))).isTrue();
        assertThat(questions.lacks(following("alice", 0))).isFalse();
    }

    private FollowingView following(String reader, long knownVersion) {
        ListQuestion question = ListQuestion.newBuilder()
                .setLimit(100)
                .setKnownVersion(knownVersion)
                .build();
        return feed.askFollows(query(FeedQueries.FOLLOWING, reader, "", question), FollowingView.class)
                .orElseThrow();
    }

    private Optional<RelationView> relation(String reader, String user) {
        return feed.askFollows(
                query(FeedQueries.RELATION, reader, user, ListQuestion.getDefaultInstance()), RelationView.class);
    }

    private FollowersView followers(String author, String reader) {
        return feed.askAudience(
                        query(
                                FeedQueries.FOLLOWERS,
                                author,
                                reader,
                                ListQuestion.newBuilder().setLimit(100).build()),
                        FollowersView.class)
                .orElseThrow();
    }

    private static StateQuery query(String name, String owner, String key, ListQuestion question) {
        return StateQuery.newBuilder()
                .setName(name)
                .setOwner(owner)
                .setKey(key)
                .setArgument(question.toByteString())
                .build();
    }
}
