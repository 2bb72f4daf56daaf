package dev.millrace.tickets.standalone;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * The demo's venues, performers and events, all invented: an arena of 20,160 seats and a playhouse. Everything is free
 * until Millrace takes payments, and dates are fixed, so that asking again changes nothing.
 */
public final class DemoContent {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DemoContent() {}

    /** A {@code PUT} of the admin's API. */
    public record Request(String path, String body) {}

    private record Venue(
            String name,
            String address,
            String city,
            double latitude,
            double longitude,
            List<SeatPlan.Section> sections) {}

    private record Performer(String name, String description) {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Tier(
            String tierId,
            String name,
            @JsonInclude(JsonInclude.Include.ALWAYS) long price,
            List<String> sections) {}

    private record Event(
            String title,
            String description,
            String type,
            String startsAt,
            String venueId,
            List<String> performerIds,
            List<Tier> tiers,
            String currency,
            int holdSeconds,
            int seatsPerBookingMax) {}

    /** In the order in which they have to be sent: an event names its venue and performers. */
    public static List<Request> requests() {
        SeatPlan arena = DemoArena.plan();
        SeatPlan theatre = DemoTheatre.plan();
        List<Request> requests = new ArrayList<>();
        put(
                requests,
                "/admin/venues/tidewater-arena",
                new Venue("Tidewater Arena", "1 Sluice Quay", "Rotterdam", 51.9069, 4.4903, arena.sections()));
        put(
                requests,
                "/admin/venues/weir-playhouse",
                new Venue("Weir Playhouse", "14 Mill Lane", "Bath", 51.3813, -2.3590, theatre.sections()));
        put(
                requests,
                "/admin/performers/the-long-reach",
                new Performer("The Long Reach", "Six players, two drum kits and a brass line that walks in late."));
        put(
                requests,
                "/admin/performers/ada-ferris",
                new Performer("Ada Ferris", "Songs for piano, tape loops and one very patient cello."));
        put(
                requests,
                "/admin/performers/undershot-company",
                new Performer("Undershot Company", "A touring ensemble that builds its stage on the day."));
        put(
                requests,
                "/admin/events/long-reach-rotterdam",
                new Event(
                        "The Long Reach: Slow Water Tour",
                        "The last night of the tour, in the round of the Tidewater's three tiers. Doors open ninety"
                                + " minutes before the first note.",
                        "CONCERT",
                        "2027-06-19T18:30:00.000Z",
                        "tidewater-arena",
                        List.of("the-long-reach", "ada-ferris"),
                        List.of(
                                new Tier("FRONT", "Front of stage", 0, arena.sectionIds("A")),
                                new Tier("FLOOR", "Floor", 0, floorBehindFront(arena)),
                                new Tier("LOWER", "Lower tier", 0, arena.sectionIds("1")),
                                new Tier("CLUB", "Club tier", 0, arena.sectionIds("2")),
                                new Tier("GALLERY", "Gallery", 0, List.of())),
                        "EUR",
                        600,
                        8));
        put(
                requests,
                "/admin/events/the-wheelwright-bath",
                new Event(
                        "The Wheelwright",
                        "A river town, a flood, and the one person who knows how the mill works. Two hours with an"
                                + " interval.",
                        "THEATRE",
                        "2027-03-05T19:30:00.000Z",
                        "weir-playhouse",
                        List.of("undershot-company"),
                        theatreTiers(theatre),
                        "GBP",
                        600,
                        6));
        put(
                requests,
                "/admin/events/ada-ferris-bath",
                new Event(
                        "Ada Ferris, solo",
                        "An evening of new songs, played without amplification.",
                        "CONCERT",
                        "2027-04-17T18:00:00.000Z",
                        "weir-playhouse",
                        List.of("ada-ferris"),
                        theatreTiers(theatre),
                        "GBP",
                        600,
                        4));
        return List.copyOf(requests);
    }

    private static List<String> floorBehindFront(SeatPlan arena) {
        List<String> floor = new ArrayList<>(arena.sectionIds("B"));
        floor.addAll(arena.sectionIds("C"));
        return List.copyOf(floor);
    }

    private static List<Tier> theatreTiers(SeatPlan theatre) {
        return List.of(
                new Tier("STALLS", "Stalls", 0, theatre.sectionIds("S")), new Tier("BALCONY", "Balcony", 0, List.of()));
    }

    private static void put(List<Request> requests, String path, Object body) {
        try {
            requests.add(new Request(path, JSON.writeValueAsString(body)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(path, impossible);
        }
    }
}
