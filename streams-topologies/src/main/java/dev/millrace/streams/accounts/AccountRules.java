package dev.millrace.streams.accounts;

import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.AcceptedAccountCommand;
import dev.millrace.topics.v1.Account;
import dev.millrace.topics.v1.AccountCommand;
import dev.millrace.topics.v1.AccountFact;
import dev.millrace.topics.v1.AccountOutcome;
import dev.millrace.topics.v1.AccountRefusalReason;
import dev.millrace.topics.v1.AccountState;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import java.util.Optional;

/**
 * What an account is: the newest profile, until it is closed for good. Closing forgets the profile and every answer
 * that held one.
 */
final class AccountRules {
    /** Newest rules this build knows. */
    static final int VERSION_NEWEST = 1;

    static final int ACCEPTED_KEPT_MAX = 16;

    private AccountRules() {}

    /** What a command comes to; without a fact if it was refused, answered before, or changes nothing. */
    record AccountDecision(Optional<AccountFact> fact, AccountOutcome outcome) {}

    /** What is wrong with a command that can't be decided at all; empty if nothing is. */
    static Optional<String> shapeProblemOf(AccountCommand command) {
        int idBytes = command.getMeta().getCommandId().size();
        if (idBytes != CommandId.BYTES) {
            return Optional.of("command id: " + idBytes + " bytes (expected: " + CommandId.BYTES + ")");
        }
        return command.getKindCase() == AccountCommand.KindCase.KIND_NOT_SET
                ? Optional.of("command: of a kind this build doesn't know")
                : Optional.empty();
    }

    /** @param state what is known of the account; the empty state if nothing is */
    static AccountDecision decide(
            AccountState state, AccountCommand command, long recordedAtMillis, Position position) {
        CommandMeta meta = command.getMeta();
        for (AcceptedAccountCommand accepted : state.getAcceptedList()) {
            if (accepted.getCommandId().equals(meta.getCommandId())) {
                return accepted.getBodyHash().equals(meta.getBodyHash())
                        ? accepted(accepted.getAnswered())
                        : refused(AccountRefusalReason.ACCOUNT_IDEMPOTENCY_KEY_REUSED);
            }
        }
        Account.Builder next = Account.newBuilder()
                .setUserId(command.getUserId())
                .setVersion(state.getAccount().getVersion() + 1);
        switch (command.getKindCase()) {
            case DEFINE_PROFILE -> {
                if (state.getAccount().getClosed()) {
                    return refused(AccountRefusalReason.ACCOUNT_CLOSED);
                }
                next.setProfile(command.getDefineProfile());
            }
            case CLOSE_ACCOUNT -> {
                if (state.getAccount().getClosed()) {
                    return accepted(state.getAccount());
                }
                next.setClosed(true);
            }
            case ADOPT_RULES, KIND_NOT_SET ->
                throw new IllegalArgumentException(
                        "command: " + command.getKindCase() + " (expected: one about an account)");
        }
        AccountFact fact = AccountFact.newBuilder()
                .setCommandId(meta.getCommandId())
                .setPosition(position)
                .setAtMillis(recordedAtMillis)
                .setAccount(next)
                .build();
        return new AccountDecision(
                Optional.of(fact), accepted(fact.getAccount()).outcome());
    }

    /** The state after a fact of this command. */
    static AccountState after(AccountState state, AccountFact fact, CommandMeta by) {
        AccountState.Builder next = state.toBuilder().setAccount(fact.getAccount());
        if (fact.getAccount().getClosed()) {
            // Earlier answers hold the profile that was to be forgotten.
            next.clearAccepted();
        } else if (next.getAcceptedCount() == ACCEPTED_KEPT_MAX) {
            next.removeAccepted(0);
        }
        return next.addAccepted(AcceptedAccountCommand.newBuilder()
                        .setCommandId(by.getCommandId())
                        .setBodyHash(by.getBodyHash())
                        .setAnswered(fact.getAccount()))
                .build();
    }

    private static AccountDecision accepted(Account account) {
        return new AccountDecision(
                Optional.empty(),
                AccountOutcome.newBuilder().setAccepted(account).build());
    }

    private static AccountDecision refused(AccountRefusalReason reason) {
        return new AccountDecision(
                Optional.empty(), AccountOutcome.newBuilder().setRefused(reason).build());
    }
}
