package dev.millrace.tickets.ingest;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.ingest.Accepted;
import dev.millrace.ingest.CommandDesk;
import dev.millrace.ingest.CommandRoutes;
import dev.millrace.ingest.Decision;
import dev.millrace.ingest.Expect;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.CatalogueCommand;
import dev.millrace.tickets.topics.v1.CatalogueOutcome;
import dev.millrace.tickets.topics.v1.CatalogueRefusalReason;
import dev.millrace.tickets.topics.v1.Performer;
import dev.millrace.tickets.topics.v1.Venue;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.RoleServer;
import dev.millrace.topics.http.StrictJson;
import dev.millrace.topics.v1.CommandMeta;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Defining venues and performers. */
final class CatalogueRoutes {
    /** A venue of 200,000 seats, each row drawn by hand, is about 3 MB of JSON. */
    static final int VENUE_BYTES_MAX = 8 * 1024 * 1024;

    private final CommandDesk desk;

    record PerformerBody(
            @Nullable String name,
            @Nullable String description,
            @Nullable String image) {
        Performer toPerformer(String performerId) {
            return Performer.newBuilder()
                    .setPerformerId(performerId)
                    .setName(Expect.text("name", name, 1, 200))
                    .setDescription(Expect.textOrEmpty("description", description, 5_000))
                    .setImage(EventBody.imageOrEmpty("image", image))
                    .build();
        }
    }

    CatalogueRoutes(CommandDesk desk) {
        this.desk = desk;
    }

    static String venueKey(String venueId) {
        return "venue/" + venueId;
    }

    static String performerKey(String performerId) {
        return "performer/" + performerId;
    }

    void addTo(CommandRoutes routes) {
        routes.forRole(Caller.ADMIN, HttpMethod.PUT, "/admin/venues/:id", VENUE_BYTES_MAX)
                .handler(this::defineVenue);
        routes.forRole(Caller.ADMIN, HttpMethod.PUT, "/admin/performers/:id", RoleServer.BODY_BYTES_MAX)
                .handler(this::definePerformer);
    }

    private void defineVenue(RoutingContext ctx) {
        String id = Expect.pathId("id", ctx.pathParam("id"));
        Venue venue = StrictJson.body(ctx, VenueBody.class).toVenue(id);
        send(
                ctx,
                "venueId",
                id,
                venueKey(id),
                "/admin/venues/" + id,
                meta -> CatalogueCommand.newBuilder()
                        .setMeta(meta)
                        .setDefineVenue(venue)
                        .build());
    }

    private void definePerformer(RoutingContext ctx) {
        String id = Expect.pathId("id", ctx.pathParam("id"));
        Performer performer = StrictJson.body(ctx, PerformerBody.class).toPerformer(id);
        send(
                ctx,
                "performerId",
                id,
                performerKey(id),
                "/admin/performers/" + id,
                meta -> CatalogueCommand.newBuilder()
                        .setMeta(meta)
                        .setDefinePerformer(performer)
                        .build());
    }

    private void send(
            RoutingContext ctx,
            String idName,
            String id,
            String owner,
            String location,
            Function<CommandMeta, CatalogueCommand> command) {
        desk.decide(ctx, TicketsTopics.CATALOGUE_COMMANDS, owner, command)
                .onSuccess(decision -> {
                    if (decision instanceof Decision.Pending pending) {
                        Accepted.pending(ctx, pending, location, Map.of(idName, id, "status", "PENDING"));
                        return;
                    }
                    CatalogueOutcome outcome = outcomeOf((Decision.Decided) decision);
                    if (outcome.getKindCase() == CatalogueOutcome.KindCase.ACCEPTED_VERSION) {
                        Map<String, Object> body = new LinkedHashMap<>();
                        body.put(idName, id);
                        body.put("version", outcome.getAcceptedVersion());
                        Accepted.answer(ctx, 200, decision, body);
                    } else {
                        ctx.fail(problem(outcome.getRefused()));
                    }
                })
                .onFailure(ctx::fail);
    }

    static Problem problem(CatalogueRefusalReason reason) {
        return switch (reason) {
            case CATALOGUE_IDEMPOTENCY_KEY_REUSED ->
                Problem.of(
                        422,
                        "IDEMPOTENCY_KEY_REUSED",
                        "This Idempotency-Key was used for this call with another body.");
            case CATALOGUE_REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("refusal without a reason we know: " + reason);
        };
    }

    private static CatalogueOutcome outcomeOf(Decision.Decided decided) {
        try {
            return CatalogueOutcome.parseFrom(decided.outcome());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("outcome of " + decided.commandId() + " can't be read", e);
        }
    }
}
