package dev.millrace.feed.standalone;

import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.standalone.TopicHistory;
import dev.millrace.topics.v1.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a feed had to be at a position, the slow way: straight from the committed facts, without anything of the roles.
 */
final class FeedOracle {
    private final List<PostFact> posts = new ArrayList<>();
    private final List<FollowFact> follows = new ArrayList<>();

    static FeedOracle of(String bootstrap) {
        FeedOracle oracle = new FeedOracle();
        TopicHistory.read(
                bootstrap,
                FeedTopics.POST_FACTS.name(),
                record -> oracle.posts.add(
                        FeedTopics.POST_FACTS.values().deserializer().deserialize(record.topic(), record.value())));
        TopicHistory.read(
                bootstrap,
                FeedTopics.FOLLOW_FACTS.name(),
                record -> oracle.follows.add(
                        FeedTopics.FOLLOW_FACTS.values().deserializer().deserialize(record.topic(), record.value())));
        return oracle;
    }

    int facts() {
        return posts.size() + follows.size();
    }

    /**
     * Ids and contents, newest first.
     *
     * @param positions offsets by log and partition, as in "posts.3"
     * @param before only older posts than this one; empty for the newest page
     */
    List<String> page(String reader, Map<String, Long> positions, String before, int pageSize) {
        Set<String> visible = visibleTo(reader, positions);
        Map<Long, Post> there = new TreeMap<>(Comparator.reverseOrder());
        for (PostFact fact : posts) {
            if (visible.contains(fact.getAuthorId()) && isIn(fact.getPosition(), positions)) {
                Post post = fact.hasPostCreated()
                        ? fact.getPostCreated()
                        : fact.hasPostEdited() ? fact.getPostEdited() : fact.getPostDeleted();
                there.put(post.getPostId(), post);
            }
        }
        return there.values().stream()
                .filter(post -> !post.getDeleted())
                .map(post -> PostIds.text(post.getPostId()) + " " + post.getContent())
                .filter(line -> before.isEmpty() || line.compareTo(before) < 0)
                .limit(pageSize)
                .toList();
    }

    private Set<String> visibleTo(String reader, Map<String, Long> positions) {
        Set<String> followed = new HashSet<>();
        Map<String, Relation> relations = new HashMap<>();
        for (FollowFact fact : follows) {
            if (!fact.getReaderId().equals(reader) || !isIn(fact.getPosition(), positions)) {
                continue;
            }
            switch (fact.getKindCase()) {
                case FOLLOWED -> followed.add(fact.getFollowed().getAuthorId());
                case UNFOLLOWED -> followed.remove(fact.getUnfollowed().getAuthorId());
                case USER_BLOCKED -> put(relations, fact.getUserBlocked());
                case USER_UNBLOCKED -> put(relations, fact.getUserUnblocked());
                case USER_MUTED -> put(relations, fact.getUserMuted());
                case USER_UNMUTED -> put(relations, fact.getUserUnmuted());
                case BLOCK_LEARNED -> put(relations, fact.getBlockLearned());
                case FOLLOW_ACKNOWLEDGED, KIND_NOT_SET -> {}
            }
        }
        followed.removeIf(author -> {
            Relation relation = relations.getOrDefault(author, Relation.getDefaultInstance());
            return relation.getBlocks() || relation.getMutes() || relation.getBlockedBy();
        });
        followed.add(reader);
        return followed;
    }

    private static void put(Map<String, Relation> relations, Relation relation) {
        relations.put(relation.getUserId(), relation);
    }

    private static boolean isIn(Position position, Map<String, Long> positions) {
        return position.getOffset() <= positions.getOrDefault(position.getLog() + "." + position.getPartition(), -1L);
    }
}
