package dev.millrace.streams.accounts;

import dev.millrace.streams.accounts.AccountRules.AccountDecision;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.KeyedRules;
import dev.millrace.streams.owner.KeyedState;
import dev.millrace.streams.owner.KeyedTopology;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.v1.AccountCommand;
import dev.millrace.topics.v1.AccountFact;
import dev.millrace.topics.v1.AccountOutcome;
import dev.millrace.topics.v1.AccountState;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import java.util.Optional;
import org.apache.kafka.streams.Topology;

/** Account commands to account facts and replies: once closed, an account never changes again. */
public final class AccountTopology {
    public static final String STORE = "accounts";

    static final KeyedState<AccountState> STATE = new KeyedState<>(STORE, 'A', AccountState.getDefaultInstance());

    private final KeyedTopology<AccountCommand, AccountState, AccountFact, AccountOutcome> keyed;

    /** @param partitions where the tasks say how far they are */
    public AccountTopology(OwnedPartitions partitions, DecisionMeters meters) {
        this.keyed = new KeyedTopology<>(
                "decide-account",
                new KeyedTopology.Log<>("account", SpineTopics.ACCOUNT_COMMANDS, SpineTopics.ACCOUNT_FACTS),
                STATE,
                AccountState.getDefaultInstance(),
                new Accounts(),
                partitions,
                meters);
    }

    public Topology addTo(Topology topology) {
        return keyed.addTo(topology);
    }

    /** Reads the state this topology keeps. */
    public StateReader reader() {
        return new AccountQueries();
    }

    private static final class Accounts
            implements KeyedRules<AccountCommand, AccountState, AccountFact, AccountOutcome> {
        @Override
        public int versionNewest() {
            return AccountRules.VERSION_NEWEST;
        }

        @Override
        public Optional<String> shapeProblemOf(AccountCommand command) {
            return AccountRules.shapeProblemOf(command);
        }

        @Override
        public Optional<AdoptRules> adoptedBy(AccountCommand command) {
            return command.hasAdoptRules() ? Optional.of(command.getAdoptRules()) : Optional.empty();
        }

        @Override
        public String keyOf(AccountCommand command) {
            return command.getUserId();
        }

        @Override
        public CommandMeta metaOf(AccountCommand command) {
            return command.getMeta();
        }

        @Override
        public Decided<AccountFact, AccountOutcome> decide(
                AccountState state, AccountCommand command, long recordedAtMillis, Position position) {
            AccountDecision decision = AccountRules.decide(state, command, recordedAtMillis, position);
            AccountOutcome outcome = decision.outcome();
            Optional<String> refusal = outcome.getKindCase() == AccountOutcome.KindCase.REFUSED
                    ? Optional.of(outcome.getRefused().name())
                    : Optional.empty();
            return new Decided<>(decision.fact(), outcome, refusal);
        }

        @Override
        public AccountState after(AccountState state, AccountFact fact, CommandMeta by) {
            return AccountRules.after(state, fact, by);
        }
    }
}
