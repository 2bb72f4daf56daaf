package dev.millrace.tickets.streams;

import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.KeyedRules;
import dev.millrace.streams.owner.KeyedState;
import dev.millrace.streams.owner.KeyedTopology;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.tickets.rules.CatalogueRules;
import dev.millrace.tickets.rules.CatalogueRules.CatalogueDecision;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.CatalogueCommand;
import dev.millrace.tickets.topics.v1.CatalogueFact;
import dev.millrace.tickets.topics.v1.CatalogueOutcome;
import dev.millrace.tickets.topics.v1.CatalogueState;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import java.util.Optional;
import org.apache.kafka.streams.Topology;

/** Catalogue commands to catalogue facts and replies: a venue's or performer's definitions are numbered without a gap. */
public final class CatalogueTopology {
    public static final String STORE = "catalogue";

    static final KeyedState<CatalogueState> STATE = new KeyedState<>(STORE, 'C', CatalogueState.getDefaultInstance());

    private final KeyedTopology<CatalogueCommand, CatalogueState, CatalogueFact, CatalogueOutcome> keyed;

    /** @param partitions where the tasks say how far they are */
    public CatalogueTopology(OwnedPartitions partitions, DecisionMeters meters) {
        this.keyed = new KeyedTopology<>(
                "decide-definition",
                new KeyedTopology.Log<>("catalogue", TicketsTopics.CATALOGUE_COMMANDS, TicketsTopics.CATALOGUE_FACTS),
                STATE,
                CatalogueState.getDefaultInstance(),
                new Definitions(),
                partitions,
                meters);
    }

    public Topology addTo(Topology topology) {
        return keyed.addTo(topology);
    }

    /** Reads the state this topology keeps. */
    public StateReader reader() {
        return new CatalogueQueries();
    }

    private static final class Definitions
            implements KeyedRules<CatalogueCommand, CatalogueState, CatalogueFact, CatalogueOutcome> {
        @Override
        public int versionNewest() {
            return CatalogueRules.VERSION_NEWEST;
        }

        @Override
        public Optional<String> shapeProblemOf(CatalogueCommand command) {
            return CatalogueRules.shapeProblemOf(command);
        }

        @Override
        public Optional<AdoptRules> adoptedBy(CatalogueCommand command) {
            return command.hasAdoptRules() ? Optional.of(command.getAdoptRules()) : Optional.empty();
        }

        @Override
        public String keyOf(CatalogueCommand command) {
            return CatalogueRules.keyOf(command);
        }

        @Override
        public CommandMeta metaOf(CatalogueCommand command) {
            return command.getMeta();
        }

        @Override
        public Decided<CatalogueFact, CatalogueOutcome> decide(
                CatalogueState state, CatalogueCommand command, long recordedAtMillis, Position position) {
            CatalogueDecision decision = CatalogueRules.decide(state, command, recordedAtMillis, position);
            CatalogueOutcome outcome = decision.outcome();
            Optional<String> refusal = outcome.getKindCase() == CatalogueOutcome.KindCase.REFUSED
                    ? Optional.of(outcome.getRefused().name())
                    : Optional.empty();
            return new Decided<>(decision.fact(), outcome, refusal);
        }

        @Override
        public CatalogueState after(CatalogueState state, CatalogueFact fact, CommandMeta by) {
            return CatalogueRules.after(state, fact, by);
        }
    }
}
