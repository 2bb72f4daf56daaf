package dev.millrace.feed.streams;

import dev.millrace.feed.rules.FollowCommandShape;
import dev.millrace.feed.rules.FollowDecision;
import dev.millrace.feed.rules.FollowRules;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowOutcome;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.OwnerRules;
import dev.millrace.streams.owner.OwnerTopology;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Follow commands to follow facts, changes of audiences and replies: what a reader follows is decided in one place, and
 * the authors' side hears of every edge that comes or goes, once and in order.
 */
public final class FollowTopology {
    public static final String STORE = "follow-books";

    private static final String FACTS = "follow-facts";
    private static final String CHANGES = "audience-changes";

    private final OwnerTopology<FollowCommand, FollowOutcome> owner;

    /** @param partitions where the tasks say how far they are */
    public FollowTopology(OwnedPartitions partitions, DecisionMeters meters) {
        this.owner = new OwnerTopology<>(
                new OwnerTopology.Names("follow", "decide-follow", STORE),
                FeedTopics.FOLLOW_COMMANDS,
                List.of(
                        new OwnerTopology.Sink(FACTS, FeedTopics.FOLLOW_FACTS),
                        new OwnerTopology.Sink(CHANGES, FeedTopics.AUDIENCE_CHANGES)),
                new Follows(),
                partitions,
                meters);
    }

    public Topology addTo(Topology topology) {
        return owner.addTo(topology);
    }

    /** Reads the state this topology keeps. */
    public StateReader reader() {
        return new FollowQueries();
    }

    private static final class Follows implements OwnerRules<FollowCommand, FollowOutcome> {
        @Override
        public int versionNewest() {
            return FollowRules.VERSION_NEWEST;
        }

        @Override
        public Optional<String> shapeProblemOf(FollowCommand command) {
            return FollowCommandShape.problemOf(command);
        }

        @Override
        public Optional<AdoptRules> adoptedBy(FollowCommand command) {
            return command.hasAdoptRules() ? Optional.of(command.getAdoptRules()) : Optional.empty();
        }

        @Override
        public String keyOf(FollowCommand command) {
            return command.getReaderId();
        }

        @Override
        public CommandMeta metaOf(FollowCommand command) {
            return command.getMeta();
        }

        @Override
        public FollowOutcome keyReused() {
            return FollowRules.keyReused();
        }

        @Override
        public Decided<FollowOutcome> decide(
                KeyValueStore<Bytes, byte[]> store, FollowCommand command, long recordedAtMillis, Position position) {
            FollowDecision decision = FollowRules.decide(new FollowBooks(store), command, recordedAtMillis, position);
            List<Emitted> emitted = new ArrayList<>();
            decision.fact().ifPresent(fact -> {
                FollowBooks.apply(store, fact);
                emitted.add(new Emitted(FACTS, fact.getReaderId(), fact));
            });
            decision.audience().ifPresent(change -> emitted.add(new Emitted(CHANGES, change.getAuthorId(), change)));
            FollowOutcome outcome = decision.outcome();
            // Nothing a follow makes leads back to the command: the edge may have gone and come again since.
            return new Decided<>(
                    emitted,
                    outcome,
                    outcome.getKindCase() == FollowOutcome.KindCase.REFUSED
                            ? Optional.of(outcome.getRefused().name())
                            : Optional.empty(),
                    true);
        }
    }
}
