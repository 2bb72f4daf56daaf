package dev.millrace.feed.standalone.history;

import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.FollowOutcome;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.standalone.history.Contradictions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What every reader followed, blocked and muted at every offset, from the commands; and whether the facts agree. */
final class FollowHistory {
    private final Map<String, List<FollowFact>> byReader = new HashMap<>();
    private final Map<String, Integer> partitionOf = new HashMap<>();
    private final Map<Integer, Long> ends = new HashMap<>();
    private final Outcomes<FollowOutcome> outcomes = new Outcomes<>();

    /** What a reader is to others at one moment. */
    static final class Book {
        private final Map<String, FollowEdge> follows = new TreeMap<>();
        private final Map<String, Relation> relations = new HashMap<>();

        Map<String, FollowEdge> follows() {
            return follows;
        }

        Relation relation(String userId) {
            return relations.getOrDefault(userId, Relation.getDefaultInstance());
        }

        /** Whether one of the two blocks the other. */
        boolean isApart(String userId) {
            return relation(userId).getBlocks() || relation(userId).getBlockedBy();
        }

        boolean hides(String userId) {
            return isApart(userId) || relation(userId).getMutes();
        }

        private void take(FollowFact fact) {
            switch (fact.getKindCase()) {
                case FOLLOWED -> follows.put(fact.getFollowed().getAuthorId(), fact.getFollowed());
                case FOLLOW_ACKNOWLEDGED ->
                    follows.put(fact.getFollowAcknowledged().getAuthorId(), fact.getFollowAcknowledged());
                case UNFOLLOWED -> follows.remove(fact.getUnfollowed().getAuthorId());
                case USER_BLOCKED -> take(fact.getUserBlocked());
                case USER_UNBLOCKED -> take(fact.getUserUnblocked());
                case USER_MUTED -> take(fact.getUserMuted());
                case USER_UNMUTED -> take(fact.getUserUnmuted());
                case BLOCK_LEARNED -> take(fact.getBlockLearned());
                case KIND_NOT_SET -> throw new IllegalStateException("the model makes no fact without a kind");
            }
        }

        private void take(Relation relation) {
            relations.put(relation.getUserId(), relation);
        }
    }

    static FollowHistory of(FeedLog log, Contradictions found) {
        FollowHistory history = new FollowHistory();
        log.followCommands()
                .forEach((partition, commands) -> FactCheck.check(
                        FeedLog.FOLLOWS,
                        partition,
                        history.replay(partition, commands),
                        log.followFacts().getOrDefault(partition, List.of()),
                        fact -> fact.getPosition().getOffset(),
                        found));
        log.followFacts().forEach((partition, facts) -> {
            if (!log.followCommands().containsKey(partition)) {
                found.add(facts.size() + " facts in a partition without a command: follows." + partition);
            }
        });
        return history;
    }

    private NavigableMap<Long, FollowFact> replay(int partition, List<Written<FollowCommand>> commands) {
        FollowModel model = new FollowModel();
        NavigableMap<Long, FollowFact> facts = new TreeMap<>();
        Map<String, Long> newestFact = new HashMap<>();
        for (Written<FollowCommand> written : commands) {
            FollowCommand command = written.message();
            ends.put(partition, written.offset());
            partitionOf.put(command.getReaderId(), partition);
            FollowModel.Decided decided = model.decide(written);
            if (decided.fact() != null) {
                facts.put(written.offset(), decided.fact());
                newestFact.put(command.getReaderId(), written.offset());
                byReader.computeIfAbsent(command.getReaderId(), r -> new ArrayList<>())
                        .add(decided.fact());
            }
            outcomes.add(
                    command.getMeta().getCommandId(),
                    command.getMeta().getBodyHash(),
                    new Told<>(
                            decided.outcome(),
                            partition,
                            written.offset(),
                            newestFact.getOrDefault(command.getReaderId(), -1L)));
        }
        return facts;
    }

    Outcomes<FollowOutcome> outcomes() {
        return outcomes;
    }

    Set<String> readers() {
        return byReader.keySet();
    }

    /** All that happened to a reader, in order. */
    List<FollowFact> factsOf(String readerId) {
        return byReader.getOrDefault(readerId, List.of());
    }

    /** -1 if this reader never sent a command. */
    int partitionOf(String readerId) {
        return partitionOf.getOrDefault(readerId, -1);
    }

    /** Offset of a partition's last command; -1 if it has none. */
    long end(int partition) {
        return ends.getOrDefault(partition, -1L);
    }

    /** As it was at that offset of the reader's partition. */
    Book at(String readerId, long offset) {
        Book book = new Book();
        for (FollowFact fact : factsOf(readerId)) {
            if (fact.getPosition().getOffset() <= offset) {
                book.take(fact);
            }
        }
        return book;
    }

    /** Whether it was so at that offset or at any later one. */
    boolean from(String readerId, long offset, Predicate<Book> right) {
        Book book = at(readerId, offset);
        if (right.test(book)) {
            return true;
        }
        for (FollowFact fact : factsOf(readerId)) {
            if (fact.getPosition().getOffset() > offset) {
                book.take(fact);
                if (right.test(book)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Null if the reader doesn't follow this author in the end. */
    @Nullable FollowEdge lastEdge(String readerId, String authorId) {
        return at(readerId, Long.MAX_VALUE).follows().get(authorId);
    }
}
