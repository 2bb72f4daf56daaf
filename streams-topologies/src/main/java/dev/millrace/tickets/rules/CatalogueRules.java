package dev.millrace.tickets.rules;

import dev.millrace.tickets.topics.v1.AcceptedDefinition;
import dev.millrace.tickets.topics.v1.CatalogueCommand;
import dev.millrace.tickets.topics.v1.CatalogueFact;
import dev.millrace.tickets.topics.v1.CatalogueOutcome;
import dev.millrace.tickets.topics.v1.CatalogueRefusalReason;
import dev.millrace.tickets.topics.v1.CatalogueState;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import java.util.Optional;

/** Which definition of a venue or performer counts: the newest, numbered from 1; a repeated one gets its first number. */
public final class CatalogueRules {
    /** Newest rules this build knows; a partition begins with {@link SeatRules#VERSION_FIRST}. */
    public static final int VERSION_NEWEST = 1;

    private static final int ACCEPTED_KEPT_MAX = 16;

    private CatalogueRules() {}

    /** What a command comes to; without a fact if it was refused or answered before. */
    public record CatalogueDecision(Optional<CatalogueFact> fact, CatalogueOutcome outcome) {}

    /** Key of what the command defines: "venue/&lt;id&gt;" or "performer/&lt;id&gt;". */
    public static String keyOf(CatalogueCommand command) {
        return switch (command.getKindCase()) {
            case DEFINE_VENUE -> "venue/" + command.getDefineVenue().getVenueId();
            case DEFINE_PERFORMER -> "performer/" + command.getDefinePerformer().getPerformerId();
            case ADOPT_RULES, KIND_NOT_SET -> throw definesNothing(command);
        };
    }

    /** What is wrong with a command that can't be decided at all; empty if nothing is. */
    public static Optional<String> shapeProblemOf(CatalogueCommand command) {
        int idBytes = command.getMeta().getCommandId().size();
        if (idBytes != CommandId.BYTES) {
            return Optional.of("command id: " + idBytes + " bytes (expected: " + CommandId.BYTES + ")");
        }
        return command.getKindCase() == CatalogueCommand.KindCase.KIND_NOT_SET
                ? Optional.of("command: of a kind this build doesn't know")
                : Optional.empty();
    }

    /** @param state what is known under the command's key; the empty state if nothing is */
    public static CatalogueDecision decide(
            CatalogueState state, CatalogueCommand command, long recordedAtMillis, Position position) {
        CommandMeta meta = command.getMeta();
        for (AcceptedDefinition accepted : state.getAcceptedList()) {
            if (accepted.getCommandId().equals(meta.getCommandId())) {
                return accepted.getBodyHash().equals(meta.getBodyHash())
                        ? new CatalogueDecision(Optional.empty(), accepted(accepted.getVersion()))
                        : new CatalogueDecision(Optional.empty(), keyReused());
            }
        }
        long version = versionOf(state) + 1;
        CatalogueFact.Builder fact = CatalogueFact.newBuilder()
                .setCommandId(meta.getCommandId())
                .setPosition(position)
                .setAtMillis(recordedAtMillis);
        switch (command.getKindCase()) {
            case DEFINE_VENUE ->
                fact.setVenueDefined(command.getDefineVenue().toBuilder().setVersion(version));
            case DEFINE_PERFORMER ->
                fact.setPerformerDefined(
                        command.getDefinePerformer().toBuilder().setVersion(version));
            case ADOPT_RULES, KIND_NOT_SET -> throw definesNothing(command);
        }
        return new CatalogueDecision(Optional.of(fact.build()), accepted(version));
    }

    /** The state after a fact of this command. */
    public static CatalogueState after(CatalogueState state, CatalogueFact fact, CommandMeta by) {
        CatalogueState.Builder next = state.toBuilder();
        switch (fact.getKindCase()) {
            case VENUE_DEFINED -> next.setVenue(fact.getVenueDefined());
            case PERFORMER_DEFINED -> next.setPerformer(fact.getPerformerDefined());
            case KIND_NOT_SET -> throw new IllegalArgumentException("fact: of no kind (expected: a definition)");
        }
        if (next.getAcceptedCount() == ACCEPTED_KEPT_MAX) {
            next.removeAccepted(0);
        }
        next.addAccepted(AcceptedDefinition.newBuilder()
                .setCommandId(by.getCommandId())
                .setBodyHash(by.getBodyHash())
                .setVersion(versionOf(next.build())));
        return next.build();
    }

    private static long versionOf(CatalogueState state) {
        return switch (state.getKindCase()) {
            case VENUE -> state.getVenue().getVersion();
            case PERFORMER -> state.getPerformer().getVersion();
            case KIND_NOT_SET -> 0;
        };
    }

    private static CatalogueOutcome accepted(long version) {
        return CatalogueOutcome.newBuilder().setAcceptedVersion(version).build();
    }

    private static CatalogueOutcome keyReused() {
        return CatalogueOutcome.newBuilder()
                .setRefused(CatalogueRefusalReason.CATALOGUE_IDEMPOTENCY_KEY_REUSED)
                .build();
    }

    private static IllegalArgumentException definesNothing(CatalogueCommand command) {
        return new IllegalArgumentException(
                "command: " + command.getKindCase() + " (expected: one that defines something)");
    }
}
