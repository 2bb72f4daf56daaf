package dev.millrace.feed.streams;

import dev.millrace.feed.rules.PostCommandShape;
import dev.millrace.feed.rules.PostDecision;
import dev.millrace.feed.rules.PostRules;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.PostOutcome;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.OwnerRules;
import dev.millrace.streams.owner.OwnerTopology;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;

/** Post commands to post facts and replies: a command makes one post, however often it is sent. */
public final class PostTopology {
    public static final String STORE = "post-books";

    private static final String FACTS = "post-facts";

    private final OwnerTopology<PostCommand, PostOutcome> owner;

    /** @param partitions where the tasks say how far they are */
    public PostTopology(OwnedPartitions partitions, DecisionMeters meters) {
        this.owner = new OwnerTopology<>(
                new OwnerTopology.Names("post", "decide-post", STORE),
                FeedTopics.POST_COMMANDS,
                List.of(new OwnerTopology.Sink(FACTS, FeedTopics.POST_FACTS)),
                new Posts(),
                partitions,
                meters);
    }

    public Topology addTo(Topology topology) {
        return owner.addTo(topology);
    }

    /** Reads the state this topology keeps. */
    public StateReader reader() {
        return new PostQueries();
    }

    private static final class Posts implements OwnerRules<PostCommand, PostOutcome> {
        @Override
        public int versionNewest() {
            return PostRules.VERSION_NEWEST;
        }

        @Override
        public Optional<String> shapeProblemOf(PostCommand command) {
            return PostCommandShape.problemOf(command);
        }

        @Override
        public Optional<AdoptRules> adoptedBy(PostCommand command) {
            return command.hasAdoptRules() ? Optional.of(command.getAdoptRules()) : Optional.empty();
        }

        @Override
        public String keyOf(PostCommand command) {
            return command.getAuthorId();
        }

        @Override
        public CommandMeta metaOf(PostCommand command) {
            return command.getMeta();
        }

        @Override
        public PostOutcome keyReused() {
            return PostRules.keyReused();
        }

        @Override
        public Decided<PostOutcome> decide(
                KeyValueStore<Bytes, byte[]> store, PostCommand command, long recordedAtMillis, Position position) {
            PostDecision decision = PostRules.decide(new PostBooks(store), command, recordedAtMillis, position);
            decision.fact().ifPresent(fact -> PostBooks.apply(store, fact, command.getMeta()));
            PostOutcome outcome = decision.outcome();
            return new Decided<>(
                    decision.fact().stream()
                            .map(fact -> new Emitted(FACTS, fact.getAuthorId(), fact))
                            .toList(),
                    outcome,
                    outcome.getKindCase() == PostOutcome.KindCase.REFUSED
                            ? Optional.of(outcome.getRefused().name())
                            : Optional.empty(),
                    decision.remembered());
        }
    }
}
