package dev.millrace.feed.standalone.history;

import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.AudienceFact;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.standalone.history.Contradictions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** The authors' side: whether it heard of every edge that came or went, and who followed whom as far as it had heard. */
final class AudienceHistory {
    private final Map<String, List<AudienceChange>> byAuthor = new HashMap<>();
    private final Map<String, Integer> partitionOf = new HashMap<>();
    private long facts;

    static AudienceHistory of(FeedLog log, FollowHistory follows, PostHistory posts, Contradictions found) {
        AudienceHistory history = new AudienceHistory();
        Map<String, Deque<AudienceChange>> expected = expected(follows);
        log.audienceChanges().forEach((partition, changes) -> {
            for (Written<AudienceChange> written : changes) {
                AudienceChange change = written.message();
                history.partitionOf.put(change.getAuthorId(), partition);
                history.byAuthor
                        .computeIfAbsent(change.getAuthorId(), a -> new ArrayList<>())
                        .add(change);
                AudienceChange right =
                        expected.getOrDefault(edge(change), new ArrayDeque<>()).poll();
                if (!change.equals(right)) {
                    found.add("change of an audience: " + FactCheck.text(change) + " (expected: "
                            + (right == null ? "none" : FactCheck.text(right)) + ")");
                }
            }
            history.checkFacts(
                    partition, changes, log.audienceFacts().getOrDefault(partition, List.of()), posts, found);
        });
        expected.values()
                .forEach(left ->
                        left.forEach(change -> found.add("change of an audience missing: " + FactCheck.text(change))));
        return history;
    }

    private static Map<String, Deque<AudienceChange>> expected(FollowHistory follows) {
        Map<String, Deque<AudienceChange>> expected = new TreeMap<>();
        for (String reader : follows.readers()) {
            for (FollowFact fact : follows.factsOf(reader)) {
                if (fact.hasFollowed() || fact.hasUnfollowed()) {
                    FollowEdge edge = fact.hasFollowed() ? fact.getFollowed() : fact.getUnfollowed();
                    AudienceChange change = AudienceChange.newBuilder()
                            .setAuthorId(edge.getAuthorId())
                            .setReaderId(reader)
                            .setReaderPartition(fact.getPosition().getPartition())
                            .setReaderOrdinal(fact.getReaderOrdinal())
                            .setAdded(fact.hasFollowed())
                            .setEdgeVersion(edge.getVersion())
                            .setAtMillis(fact.getAtMillis())
                            .setPosition(fact.getPosition())
                            .build();
                    expected.computeIfAbsent(edge(change), e -> new ArrayDeque<>())
                            .add(change);
                }
            }
        }
        return expected;
    }

    private static String edge(AudienceChange change) {
        return change.getReaderId() + "\0" + change.getAuthorId();
    }

    /** One for each change, in the same order; how far it had come with an author's posts never goes back. */
    private void checkFacts(
            int partition,
            List<Written<AudienceChange>> changes,
            List<Written<AudienceFact>> said,
            PostHistory posts,
            Contradictions found) {
        facts += said.size();
        Map<String, Long> sequences = new HashMap<>();
        for (int i = 0; i < Math.max(changes.size(), said.size()); i++) {
            if (i >= said.size() || i >= changes.size()) {
                found.add("facts of an audience: " + said.size() + " in partition " + partition + " (expected: "
                        + changes.size() + ")");
                return;
            }
            AudienceFact fact = said.get(i).message();
            AudienceChange change = changes.get(i).message();
            if (!fact.getChange().equals(change)) {
                found.add("fact of an audience: " + FactCheck.text(fact) + " (expected: of " + FactCheck.text(change)
                        + ")");
                return;
            }
            long before = Objects.requireNonNullElse(sequences.put(change.getAuthorId(), fact.getPostSequence()), 0L);
            if (fact.getPostSequence() < before || fact.getPostSequence() > posts.sequence(change.getAuthorId())) {
                found.add("fact of an audience: " + FactCheck.text(fact) + " (expected: a post sequence of " + before
                        + ".." + posts.sequence(change.getAuthorId()) + ")");
            }
        }
    }

    long facts() {
        return facts;
    }

    /** -1 if nobody ever followed this author. */
    int partitionOf(String authorId) {
        return partitionOf.getOrDefault(authorId, -1);
    }

    /**
     * Whether a part of an author's list of followers was ever such, in each partition of readers: which partition was
     * heard first is no part of what is promised.
     *
     * @param part which followers belong to it
     * @param shown time in milliseconds by follower
     * @param inTheEnd only how it was after the last change counts
     */
    boolean everWas(String authorId, Predicate<String> part, Map<String, Long> shown, boolean inTheEnd) {
        Set<String> strangers = new HashSet<>(shown.keySet());
        Map<Integer, List<AudienceChange>> byReaders = new HashMap<>();
        for (AudienceChange change : byAuthor.getOrDefault(authorId, List.of())) {
            if (part.test(change.getReaderId())) {
                strangers.remove(change.getReaderId());
                byReaders
                        .computeIfAbsent(change.getReaderPartition(), p -> new ArrayList<>())
                        .add(change);
            }
        }
        return strangers.isEmpty()
                && byReaders.values().stream().allMatch(changes -> everWas(changes, shown, inTheEnd));
    }

    private static boolean everWas(List<AudienceChange> changes, Map<String, Long> shown, boolean inTheEnd) {
        Set<String> wrong = new HashSet<>();
        changes.stream()
                .map(AudienceChange::getReaderId)
                .filter(shown::containsKey)
                .forEach(wrong::add);
        boolean right = wrong.isEmpty();
        for (AudienceChange change : changes) {
            Long since = change.getAdded() ? (Long) change.getAtMillis() : null;
            if (Objects.equals(since, shown.get(change.getReaderId()))) {
                wrong.remove(change.getReaderId());
            } else {
                wrong.add(change.getReaderId());
            }
            right = inTheEnd ? wrong.isEmpty() : right || wrong.isEmpty();
        }
        return right;
    }

    /**
     * Whether the number of an author's followers, and whether one of them is among them, were ever such.
     *
     * @param inTheEnd only how it was after the last change counts
     */
    boolean countEverWas(String authorId, String readerId, boolean inTheEnd, BiPredicate<Integer, Boolean> right) {
        Set<String> followers = new HashSet<>();
        boolean was = right.test(0, false);
        for (AudienceChange change : byAuthor.getOrDefault(authorId, List.of())) {
            if (change.getAdded()) {
                followers.add(change.getReaderId());
            } else {
                followers.remove(change.getReaderId());
            }
            boolean is = right.test(followers.size(), followers.contains(readerId));
            was = inTheEnd ? is : was || is;
        }
        return was;
    }
}
