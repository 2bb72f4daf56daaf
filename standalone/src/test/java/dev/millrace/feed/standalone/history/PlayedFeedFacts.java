package dev.millrace.feed.standalone.history;

import dev.millrace.feed.topics.v1.PostFact;
import java.util.List;
import java.util.function.UnaryOperator;

/** Spoils the facts of a played feed. */
final class PlayedFeedFacts {
    private PlayedFeedFacts() {}

    static void remove(PlayedFeed feed, String postId) {
        feed.log.postFacts().values().forEach(facts -> facts.removeIf(fact -> makes(fact, postId)));
    }

    static void change(PlayedFeed feed, String postId, UnaryOperator<PostFact> change) {
        for (List<Written<PostFact>> facts : feed.log.postFacts().values()) {
            facts.replaceAll(fact -> makes(fact, postId)
                    ? new Written<>(fact.partition(), fact.offset(), fact.atMillis(), change.apply(fact.message()))
                    : fact);
        }
    }

    private static boolean makes(Written<PostFact> fact, String postId) {
        return fact.message().getPostCreated().getPostId() == PostNumbers.parse(postId);
    }
}
