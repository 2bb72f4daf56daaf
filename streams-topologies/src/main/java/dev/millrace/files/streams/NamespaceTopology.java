package dev.millrace.files.streams;

import dev.millrace.files.rules.NamespaceCommandShape;
import dev.millrace.files.rules.NamespaceDecision;
import dev.millrace.files.rules.NamespaceRules;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.OwnerRules;
import dev.millrace.streams.owner.OwnerTopology;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Namespace commands to namespace facts and replies: what becomes of a user's files is decided in one place and one
 * order, a step at a time.
 */
public final class NamespaceTopology {
    public static final String STORE = "namespaces";

    private static final String FACTS = "namespace-facts";

    private final OwnerTopology<NamespaceCommand, NamespaceOutcome> owner;

    /**
     * @param partitions where the tasks say how far they are
     * @param reminders where reminders of what is due are sent: onto the log of namespace commands, at once or not at
     *     all
     */
    public NamespaceTopology(OwnedPartitions partitions, Consumer<NamespaceCommand> reminders, DecisionMeters meters) {
        this.owner = new OwnerTopology<>(
                new OwnerTopology.Names("namespace", "decide-namespace", STORE),
                FilesTopics.NAMESPACE_COMMANDS,
                List.of(new OwnerTopology.Sink(FACTS, FilesTopics.NAMESPACE_FACTS)),
                new Namespaces(),
                partitions,
                meters,
                () -> new DueReminders(reminders));
    }

    public Topology addTo(Topology topology) {
        return owner.addTo(topology);
    }

    /** Reads the state this topology keeps. */
    public StateReader reader() {
        return new NamespaceQueries(InstantSource.system());
    }

    private static final class Namespaces implements OwnerRules<NamespaceCommand, NamespaceOutcome> {
        @Override
        public int versionNewest() {
            return NamespaceRules.VERSION_NEWEST;
        }

        @Override
        public Optional<String> shapeProblemOf(NamespaceCommand command) {
            return NamespaceCommandShape.problemOf(command);
        }

        @Override
        public Optional<AdoptRules> adoptedBy(NamespaceCommand command) {
            return command.hasAdoptRules() ? Optional.of(command.getAdoptRules()) : Optional.empty();
        }

        @Override
        public String keyOf(NamespaceCommand command) {
            return command.getNamespaceId();
        }

        @Override
        public CommandMeta metaOf(NamespaceCommand command) {
            return command.getMeta();
        }

        @Override
        public NamespaceOutcome keyReused() {
            return NamespaceRules.keyReused();
        }

        @Override
        public void begin(KeyValueStore<Bytes, byte[]> store) {
            NamespaceBooks.indexTrash(store);
        }

        @Override
        public Decided<NamespaceOutcome> decide(
                KeyValueStore<Bytes, byte[]> store,
                NamespaceCommand command,
                long recordedAtMillis,
                Position position) {
            if (command.hasMarkEpoch()) {
                NamespaceFact marked = NamespaceRules.marked(command, recordedAtMillis, position);
                // Under the command's key, which leads into this partition.
                return new Decided<>(
                        List.of(new Emitted(FACTS, command.getNamespaceId(), marked)),
                        NamespaceRules.done(),
                        Optional.empty(),
                        false);
            }
            NamespaceBooks books = new NamespaceBooks(store, command.getNamespaceId());
            NamespaceDecision decision = NamespaceRules.decide(books, command, recordedAtMillis, position);
            decision.fact().ifPresent(fact -> NamespaceBooks.apply(store, fact));
            NamespaceOutcome outcome = decision.outcome();
            // What was made leads back to its command for good, but not to how it was then.
            return new Decided<>(
                    decision.fact().stream()
                            .map(fact -> new Emitted(FACTS, fact.getNamespaceId(), fact))
                            .toList(),
                    outcome,
                    outcome.hasRefused()
                            ? Optional.of(outcome.getRefused().getReason().name())
                            : Optional.empty(),
                    true);
        }
    }
}
