package dev.millrace.feed.standalone.crowd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FollowGraphTest {
    private static final int USERS = 20_000;

    @Test
    void theSameSeedMakesTheSameGraphAndAnotherAnother() {
        assertThat(FollowGraph.of(500, 3).edges())
                .isEqualTo(FollowGraph.of(500, 3).edges());
        assertThat(FollowGraph.of(500, 3).edges())
                .isNotEqualTo(FollowGraph.of(500, 4).edges());
    }

    @Test
    void nobodyFollowsThemselvesOrTwice() {
        FollowGraph graph = FollowGraph.of(500, 3);

        assertThat(graph.edges()).noneMatch(edge -> edge.author() == edge.follower());
        assertThat(new HashSet<>(graph.edges())).hasSameSizeAs(graph.edges());
    }

    /** So many have more than x followers as x to the power of 1 - 2.276 says, up to where the tail begins. */
    @Test
    void numbersOfFollowersFollowThePowerLaw() {
        for (int followers : new int[] {2, 5, 20, 50}) {
            assertThat(partWith(followers))
                    .isCloseTo(Math.pow(followers, -1.276), within(0.1 * Math.pow(followers, -1.276)));
        }
    }

    @Test
    void theTailIsHeavierThanThePowerLaw() {
        assertThat(partWith(2_000)).isGreaterThan(5 * Math.pow(2_000, -1.276));
        assertThat(FollowGraph.followersAt(0, USERS)).isEqualTo(USERS / 3);
    }

    private static double partWith(int followers) {
        return IntStream.range(0, USERS)
                        .filter(rank -> FollowGraph.followersAt(rank, USERS) >= followers)
                        .count()
                / (double) USERS;
    }
}
