package dev.millrace.feed.standalone.crowd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Who follows whom at the beginning. Numbers of followers are as in the crawl of all of Twitter (Kwak et al., "What is
 * Twitter, a social network or a news media?", 2010): a power law of exponent 2.276, and more at the top than it says.
 * There the tail begins at 100,000 of 41.7 million users, which one in 400 has; here it begins where one in 400 is, with
 * an exponent that gives some a third of all users as followers. The same seed makes the same graph.
 */
final class FollowGraph {
    private static final double EXPONENT = 2.276;
    /** Of the distribution's upper end: the part of users beyond it, and the exponent there. */
    private static final double TAIL_PART = 1 / 400.0;

    private static final double TAIL_EXPONENT = 1.6;
    private static final int LARGEST_PART = 3;

    private final int users;
    private final List<Edge> edges = new ArrayList<>();

    /** Users by their number. */
    record Edge(int author, int follower) {}

    private FollowGraph(int users) {
        this.users = users;
    }

    static FollowGraph of(int users, long seed) {
        FollowGraph graph = new FollowGraph(users);
        Random random = new Random(seed);
        List<Integer> authors =
                new ArrayList<>(IntStream.range(0, users).boxed().toList());
        Collections.shuffle(authors, random);
        for (int rank = 0; rank < users; rank++) {
            graph.follow(authors.get(rank), followersAt(rank, users), random);
        }
        Collections.shuffle(graph.edges, random);
        return graph;
    }

    /**
     * How many followers the user of this rank has: where the distribution has as many users above.
     *
     * @param rank from 0, the largest first
     */
    static int followersAt(int rank, int users) {
        double above = (rank + 0.5) / users;
        double body = Math.pow(Math.max(above, TAIL_PART), -1 / (EXPONENT - 1));
        double tail = Math.pow(Math.min(1, above / TAIL_PART), -1 / (TAIL_EXPONENT - 1));
        return (int) Math.min(Math.max(1, users / LARGEST_PART), body * tail);
    }

    /** Some people follow many more than others do: half of all follows are by those who like to. */
    private void follow(int author, int count, Random random) {
        Set<Integer> followers = new LinkedHashSet<>();
        while (followers.size() < count) {
            double keen = random.nextDouble();
            int follower = random.nextBoolean() ? random.nextInt(users) : (int) (keen * keen * users);
            if (follower != author) {
                followers.add(follower);
            }
        }
        followers.forEach(follower -> edges.add(new Edge(author, follower)));
    }

    /** In the order in which they come about. */
    List<Edge> edges() {
        return edges;
    }
}
