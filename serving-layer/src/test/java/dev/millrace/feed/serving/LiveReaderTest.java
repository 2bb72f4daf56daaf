package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.serving.LiveReader.Gap;
import dev.millrace.feed.serving.LiveReader.Hides;
import dev.millrace.feed.serving.LiveReader.MayShow;
import dev.millrace.feed.serving.LiveReader.None;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.topics.v1.Position;
import org.junit.jupiter.api.Test;

class LiveReaderTest {
    private static final FollowEdge EDGE =
            FollowEdge.newBuilder().setAuthorId("bob").build();

    private static final Position AT =
            Position.newBuilder().setLog("follows").setOffset(7).build();

    private final LiveReader reader = new LiveReader("alice");

    @Test
    void factsTheListHasAlreadyChangeNothing() {
        reader.load(5, AT);

        assertThat(reader.take(fact(5).setUnfollowed(EDGE).build())).isEqualTo(new None());
    }

    @Test
    void whoIsFollowedMayBeShownAndWhoIsUnfollowedIsHidden() {
        reader.load(5, AT);

        assertThat(reader.take(fact(6).setFollowed(EDGE).build())).isEqualTo(new MayShow("bob"));
        assertThat(reader.take(fact(7).setUnfollowed(EDGE).build())).isEqualTo(new Hides("bob"));
    }

    @Test
    void whatElseHidesThemKeepsThemHidden() {
        reader.load(0, AT);
        Relation muted = Relation.newBuilder().setUserId("bob").setMutes(true).build();
        Relation blocked =
                Relation.newBuilder().setUserId("bob").setBlockedBy(true).build();
        Relation nothing = Relation.newBuilder().setUserId("bob").build();

        assertThat(reader.take(fact(1).setUserMuted(muted).build())).isEqualTo(new Hides("bob"));
        assertThat(reader.take(fact(2).setUserUnblocked(muted).build())).isEqualTo(new Hides("bob"));
        assertThat(reader.take(fact(3).setBlockLearned(blocked).build())).isEqualTo(new Hides("bob"));
        assertThat(reader.take(fact(4).setBlockLearned(nothing).build())).isEqualTo(new MayShow("bob"));
    }

    @Test
    void anAnswerCountsUnlessALaterFactHidesThem() {
        reader.load(0, AT);
        reader.take(fact(1).setFollowed(EDGE).build());
        reader.take(fact(2).setUnfollowed(EDGE).build());
        reader.take(fact(3).setFollowed(EDGE).build());

        assertThat(reader.isStillAsked("bob", 1)).isFalse();
        assertThat(reader.isStillAsked("bob", 3)).isTrue();
        assertThat(reader.isStillAsked("bob", 3)).isFalse();
    }

    @Test
    void aMissingFactIsAGap() {
        reader.load(5, AT);

        assertThat(reader.take(fact(7).setUnfollowed(EDGE).build())).isEqualTo(new Gap());
    }

    @Test
    void anAcknowledgementIsNoStep() {
        reader.load(5, AT);

        assertThat(reader.take(fact(5).setFollowAcknowledged(EDGE).build())).isEqualTo(new None());
        assertThat(reader.take(fact(6).setUnfollowed(EDGE).build())).isEqualTo(new Hides("bob"));
    }

    @Test
    void whatComesWhileTheListIsReadIsKeptForAfterIt() {
        FollowFact early = fact(6).setUnfollowed(EDGE).build();

        assertThat(reader.take(early)).isEqualTo(new None());
        assertThat(reader.load(5, AT)).containsExactly(early);
        assertThat(reader.take(early)).isEqualTo(new Hides("bob"));
    }

    private static FollowFact.Builder fact(long bookVersion) {
        return FollowFact.newBuilder().setReaderId("alice").setBookVersion(bookVersion);
    }
}
