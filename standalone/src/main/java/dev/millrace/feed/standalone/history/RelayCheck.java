package dev.millrace.feed.standalone.history;

import dev.millrace.feed.topics.v1.AcknowledgeFollow;
import dev.millrace.feed.topics.v1.AudienceFact;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.LearnBlock;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.standalone.history.Contradictions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one owner was told of another: nothing that didn't happen, and in the end all that did. */
final class RelayCheck {
    private RelayCheck() {}

    static void check(FeedLog log, FollowHistory follows, Contradictions found) {
        Set<LearnBlock> blocks = new HashSet<>();
        Map<String, Map<String, FollowFact>> newest = new HashMap<>();
        for (String reader : follows.readers()) {
            for (FollowFact fact : follows.factsOf(reader)) {
                if (fact.hasUserBlocked() || fact.hasUserUnblocked()) {
                    String whom = fact.hasUserBlocked()
                            ? fact.getUserBlocked().getUserId()
                            : fact.getUserUnblocked().getUserId();
                    blocks.add(learned(fact));
                    newest.computeIfAbsent(reader, r -> new HashMap<>()).put(whom, fact);
                }
            }
        }
        checkSaid(log, blocks, found);
        newest.forEach((by, facts) -> facts.forEach((whom, fact) -> {
            Relation known = follows.at(whom, Long.MAX_VALUE).relation(by);
            if (known.getBlockedBy() != fact.hasUserBlocked() || known.getBlockedByVersion() != fact.getBookVersion()) {
                found.add("a block lost on its way: " + whom + " knows " + FactCheck.text(known)
                        + " (expected: that of " + FactCheck.text(fact) + ")");
            }
        }));
        for (String reader : follows.readers()) {
            for (FollowEdge edge : follows.at(reader, Long.MAX_VALUE).follows().values()) {
                if (!edge.getAcknowledged()) {
                    found.add("a follow never acknowledged: that of " + reader + ", " + FactCheck.text(edge));
                }
            }
        }
    }

    private static LearnBlock learned(FollowFact fact) {
        return LearnBlock.newBuilder()
                .setByUserId(fact.getReaderId())
                .setBlocks(fact.hasUserBlocked())
                .setVersion(fact.getBookVersion())
                .build();
    }

    private static void checkSaid(FeedLog log, Set<LearnBlock> blocks, Contradictions found) {
        Map<String, Set<AcknowledgeFollow>> acknowledged = new HashMap<>();
        for (List<Written<AudienceFact>> facts : log.audienceFacts().values()) {
            for (Written<AudienceFact> written : facts) {
                AudienceFact fact = written.message();
                acknowledged
                        .computeIfAbsent(fact.getChange().getReaderId(), r -> new HashSet<>())
                        .add(AcknowledgeFollow.newBuilder()
                                .setAuthorId(fact.getChange().getAuthorId())
                                .setEdgeVersion(fact.getChange().getEdgeVersion())
                                .setPostSequence(fact.getPostSequence())
                                .setNewestPostId(fact.getNewestPostId())
                                .build());
            }
        }
        for (List<Written<FollowCommand>> commands : log.followCommands().values()) {
            for (Written<FollowCommand> written : commands) {
                FollowCommand command = written.message();
                boolean told = !command.hasLearnBlock() || blocks.contains(command.getLearnBlock());
                boolean said = !command.hasAcknowledgeFollow()
                        || acknowledged
                                .getOrDefault(command.getReaderId(), Set.of())
                                .contains(command.getAcknowledgeFollow());
                if (!told || !said) {
                    found.add("told of what didn't happen: " + FactCheck.text(command) + " at follows."
                            + written.partition() + "." + written.offset());
                }
            }
        }
    }
}
