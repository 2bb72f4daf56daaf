package dev.millrace.tickets.ingest;

import dev.millrace.ingest.Accepted;
import dev.millrace.ingest.CommandDesk;
import dev.millrace.ingest.CommandRoutes;
import dev.millrace.ingest.Decision;
import dev.millrace.ingest.Expect;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.DefineEvent;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.EventAccepted;
import dev.millrace.tickets.topics.v1.Performer;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.RoleServer;
import dev.millrace.topics.http.StrictJson;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/** Defining events: the venue and the performers are copied in as they are at that moment. */
final class EventRoutes {
    private final CommandDesk desk;
    private final OwnedCatalogue catalogue;
    private final TicketsSettings settings;

    record Defined(String eventId, long definition, long seatMapVersion, int seats) {}

    EventRoutes(CommandDesk desk, OwnedCatalogue catalogue, TicketsSettings settings) {
        this.desk = desk;
        this.catalogue = catalogue;
        this.settings = settings;
    }

    void addTo(CommandRoutes routes) {
        routes.forRole(Caller.ADMIN, HttpMethod.PUT, "/admin/events/:id", RoleServer.BODY_BYTES_MAX)
                .handler(this::define);
    }

    private void define(RoutingContext ctx) {
        String id = Expect.pathId("id", ctx.pathParam("id"));
        EventBody body = StrictJson.body(ctx, EventBody.class);
        Event checked = body.checked(id, settings);
        String venueId = body.checkedVenueId();
        List<Future<Performer>> performers =
                body.checkedPerformerIds().stream().map(catalogue::performer).toList();
        catalogue
                .venue(venueId)
                .compose(venue -> Future.all(performers).map(all -> body.in(checked, venue, all.list())))
                .compose(event -> desk.decide(
                        ctx,
                        TicketsTopics.SEAT_COMMANDS,
                        id,
                        meta -> SeatCommand.newBuilder()
                                .setMeta(meta)
                                .setEventId(id)
                                .setDefineEvent(DefineEvent.newBuilder().setEvent(event))
                                .build()))
                .onSuccess(decision -> tell(ctx, id, decision))
                .onFailure(ctx::fail);
    }

    private static void tell(RoutingContext ctx, String id, Decision decision) {
        if (decision instanceof Decision.Pending pending) {
            Accepted.pending(ctx, pending, "/events/" + id, Map.of("eventId", id, "status", "PENDING"));
            return;
        }
        SeatOutcome outcome = BookingRoutes.outcomeOf((Decision.Decided) decision);
        if (outcome.hasEvent()) {
            EventAccepted event = outcome.getEvent();
            Accepted.answer(
                    ctx,
                    200,
                    decision,
                    new Defined(id, event.getDefinition(), event.getSeatMapVersion(), event.getSeats()));
        } else {
            ctx.fail(SeatRefusals.problem(outcome));
        }
    }
}
