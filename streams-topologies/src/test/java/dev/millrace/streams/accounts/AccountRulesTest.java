package dev.millrace.streams.accounts;

import static dev.millrace.streams.accounts.AccountCommands.close;
import static dev.millrace.streams.accounts.AccountCommands.profile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.streams.accounts.AccountRules.AccountDecision;
import dev.millrace.topics.v1.Account;
import dev.millrace.topics.v1.AccountCommand;
import dev.millrace.topics.v1.AccountFact;
import dev.millrace.topics.v1.AccountOutcome;
import dev.millrace.topics.v1.AccountRefusalReason;
import dev.millrace.topics.v1.AccountState;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.Position;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AccountRulesTest {
    private static final Position HERE =
            Position.newBuilder().setLog("accounts").setOffset(7).build();

    /** A row per reason, in the enum's order. */
    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        AccountRefusalReason.ACCOUNT_IDEMPOTENCY_KEY_REUSED,
                        List.of(profile("1", "Alice")),
                        profile("1", "Alicia")),
                Arguments.of(AccountRefusalReason.ACCOUNT_CLOSED, List.of(close("1")), profile("2", "Alice")),
                Arguments.of(
                        AccountRefusalReason.ACCOUNT_CLOSED,
                        List.of(profile("1", "Alice"), close("2")),
                        profile("1", "Alice")));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusedCommandsMakeNoFact(AccountRefusalReason reason, List<AccountCommand> before, AccountCommand command) {
        AccountState state = after(before);

        AccountDecision decision = decide(state, command);

        assertThat(decision.outcome().getRefused()).isEqualTo(reason);
        assertThat(decision.fact()).isEmpty();
    }

    @Test
    void everyReasonHasARow() {
        EnumSet<AccountRefusalReason> reasons = EnumSet.allOf(AccountRefusalReason.class);
        reasons.removeAll(
                EnumSet.of(AccountRefusalReason.ACCOUNT_REFUSAL_REASON_UNSPECIFIED, AccountRefusalReason.UNRECOGNIZED));
        assertThat(refusals().map(row -> row.get()[0]).distinct()).containsExactlyElementsOf(List.copyOf(reasons));
    }

    @Test
    void everyKindOfCommandCanBeToldApart() {
        assertThat(Arrays.stream(AccountCommand.KindCase.values()))
                .containsExactlyInAnyOrder(
                        AccountCommand.KindCase.DEFINE_PROFILE,
                        AccountCommand.KindCase.CLOSE_ACCOUNT,
                        AccountCommand.KindCase.ADOPT_RULES,
                        AccountCommand.KindCase.KIND_NOT_SET);
        assertThat(AccountRules.shapeProblemOf(profile("1", "Alice"))).isEmpty();
        assertThat(AccountRules.shapeProblemOf(
                        close("1").toBuilder().clearKind().build()))
                .hasValue("command: of a kind this build doesn't know");
        assertThat(AccountRules.shapeProblemOf(
                        close("1").toBuilder().clearMeta().build()))
                .hasValue("command id: 0 bytes (expected: 16)");
        AccountCommand adopt = close("1").toBuilder()
                .setAdoptRules(AdoptRules.getDefaultInstance())
                .build();
        assertThatThrownBy(() -> decide(AccountState.getDefaultInstance(), adopt))
                .hasMessage("command: ADOPT_RULES (expected: one about an account)");
    }

    @Test
    void profilesAreNumberedFromOne() {
        assertThat(account(profile("1", "Alice"))).isEqualTo(expected("Alice", 1));
        assertThat(account(profile("1", "Alice"), profile("2", "Alicia"))).isEqualTo(expected("Alicia", 2));
    }

    @Test
    void aFactSaysWhatMadeItWhereAndWhen() {
        AccountCommand command = profile("1", "Alice");

        Optional<AccountFact> fact =
                decide(AccountState.getDefaultInstance(), command).fact();

        assertThat(fact)
                .hasValue(AccountFact.newBuilder()
                        .setCommandId(command.getMeta().getCommandId())
                        .setPosition(HERE)
                        .setAtMillis(1_000)
                        .setAccount(expected("Alice", 1))
                        .build());
    }

    @Test
    void aRepeatedCommandGetsItsFirstAnswer() {
        AccountState state = after(List.of(profile("1", "Alice"), profile("2", "Alicia")));

        AccountDecision decision = decide(state, profile("1", "Alice"));

        assertThat(decision.outcome().getAccepted()).isEqualTo(expected("Alice", 1));
        assertThat(decision.fact()).isEmpty();
    }

    @Test
    void theNewestSixteenCommandsAreRemembered() {
        List<AccountCommand> commands = Stream.iterate(1, i -> i <= 17, i -> i + 1)
                .map(i -> profile(String.valueOf(i), "Alice"))
                .toList();
        AccountState state = after(commands);

        assertThat(state.getAcceptedCount()).isEqualTo(AccountRules.ACCEPTED_KEPT_MAX);
        assertThat(version(state, profile("2", "Alice"))).isEqualTo(2);
        assertThat(version(state, profile("1", "Alice"))).isEqualTo(18);
    }

    @Test
    void closingForgetsTheProfileAndEveryAnswerThatHeldIt() {
        AccountState before = after(List.of(profile("1", "Alice")));
        AccountCommand command = close("2");

        AccountFact fact = decide(before, command).fact().orElseThrow();
        AccountState after = AccountRules.after(before, fact, command.getMeta());

        Account closed = Account.newBuilder()
                .setUserId("alice")
                .setClosed(true)
                .setVersion(2)
                .build();
        assertThat(fact.getAccount()).isEqualTo(closed);
        assertThat(after.getAccount()).isEqualTo(closed);
        assertThat(after.toString()).doesNotContain("Alice", "example.org");
    }

    @Test
    void anAccountNobodyDescribedCanBeClosed() {
        assertThat(account(close("1")).getClosed()).isTrue();
        assertThat(account(close("1")).getVersion()).isEqualTo(1);
    }

    @Test
    void closingAgainGetsTheSameAnswerWhateverItsKey() {
        AccountState state = after(List.of(profile("1", "Alice"), close("2")));

        for (String key : List.of("2", "3")) {
            AccountDecision decision = decide(state, close(key));
            assertThat(decision.outcome().getAccepted()).isEqualTo(state.getAccount());
            assertThat(decision.fact()).isEmpty();
        }
    }

    private static Account account(AccountCommand... commands) {
        return after(List.of(commands)).getAccount();
    }

    private static long version(AccountState state, AccountCommand command) {
        return decide(state, command).outcome().getAccepted().getVersion();
    }

    private static Account expected(String name, long version) {
        return Account.newBuilder()
                .setUserId("alice")
                .setProfile(profile("any", name).getDefineProfile())
                .setVersion(version)
                .build();
    }

    private static AccountState after(List<AccountCommand> commands) {
        AccountState state = AccountState.getDefaultInstance();
        for (AccountCommand command : commands) {
            AccountDecision decision = decide(state, command);
            assertThat(decision.outcome().getKindCase()).isEqualTo(AccountOutcome.KindCase.ACCEPTED);
            if (decision.fact().isPresent()) {
                state = AccountRules.after(state, decision.fact().get(), command.getMeta());
            }
        }
        return state;
    }

    private static AccountDecision decide(AccountState state, AccountCommand command) {
        return AccountRules.decide(state, command, 1_000, HERE);
    }
}
