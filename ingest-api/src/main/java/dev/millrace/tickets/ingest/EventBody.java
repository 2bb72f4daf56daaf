package dev.millrace.tickets.ingest;

import dev.millrace.ingest.Expect;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.Performer;
import dev.millrace.tickets.topics.v1.PriceTier;
import dev.millrace.tickets.topics.v1.SeatRow;
import dev.millrace.tickets.topics.v1.Seating;
import dev.millrace.tickets.topics.v1.Section;
import dev.millrace.tickets.topics.v1.Venue;
import dev.millrace.topics.http.Problem;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An event as an organiser sends it. Prices are in minor units of the currency. */
record EventBody(
        @Nullable String title,
        @Nullable String description,
        @Nullable String type,
        @Nullable String startsAt,
        @Nullable List<@Nullable String> images,
        @Nullable String venueId,
        @Nullable List<@Nullable String> performerIds,
        @Nullable List<@Nullable TierBody> tiers,
        @Nullable String currency,
        @Nullable Integer holdSeconds,
        @Nullable Integer seatsPerBookingMax) {

    private static final int TIERS_MAX = 50;
    private static final int PERFORMERS_MAX = 50;
    private static final int IMAGES_MAX = 10;
    private static final int SEATS_PER_BOOKING_MAX = 50;
    private static final int HOLD_SECONDS = 600;
    private static final int SEATS_PER_BOOKING = 8;
    private static final long PRICE_MAX = 100_000_000;
    private static final Pattern TYPE = Pattern.compile("[A-Z][A-Z_]{1,31}");
    private static final Pattern TIER_ID = Pattern.compile("[A-Za-z0-9_-]{1,32}");
    private static final Pattern SECTION_ID = Pattern.compile("[A-Za-z0-9]{1,16}");
    private static final Pattern IMAGE = Pattern.compile("(https?://|/)[\\x21-\\x7e]{1,1000}");
    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());

    /** @param sections those it is the price of; the tier without any has all the others */
    record TierBody(
            @Nullable String tierId,
            @Nullable String name,
            @Nullable Long price,
            @Nullable List<@Nullable String> sections) {

        PriceTier toTier(String field) {
            return PriceTier.newBuilder()
                    .setTierId(Expect.matching(field + ".tierId", tierId, TIER_ID, "1..32 letters, digits, _ or -"))
                    .setName(Expect.text(field + ".name", name, 1, 100))
                    .setPriceMinor(Expect.between(field + ".price", price, 0, PRICE_MAX))
                    .build();
        }
    }

    /** The tier of each section it names, and of the rest. */
    private record Pricing(
            List<PriceTier> tiers,
            Map<String, String> tierOfSection,
            @Nullable String tierOfRest) {}

    static String imageOrEmpty(String field, @Nullable String image) {
        return image == null ? "" : Expect.matching(field, image, IMAGE, "an http(s) address or a path");
    }

    String checkedVenueId() {
        return Expect.id("venueId", venueId);
    }

    List<String> checkedPerformerIds() {
        List<String> ids = Expect.listOrEmpty("performerIds", performerIds, PERFORMERS_MAX);
        ids.forEach(id -> Expect.id("performerIds", id));
        return ids;
    }

    /** What can be said about the event before its venue is known; throws what is wrong with it. */
    Event checked(String eventId, TicketsSettings settings) {
        return Event.newBuilder()
                .setEventId(eventId)
                .setTitle(Expect.text("title", title, 1, 200))
                .setDescription(Expect.textOrEmpty("description", description, 5_000))
                .setType(Expect.matching("type", type, TYPE, "an upper-case word such as CONCERT, SPORTS, THEATRE"))
                .setStartsAtMillis(startsAtMillis())
                .addAllImages(Expect.listOrEmpty("images", images, IMAGES_MAX).stream()
                        .map(image -> imageOrEmpty("images", image))
                        .toList())
                .addAllTiers(pricing().tiers)
                .setCurrency(currencyCode())
                .setHoldSeconds((int) Expect.betweenOr(
                        "holdSeconds",
                        holdSeconds,
                        HOLD_SECONDS,
                        settings.holdSecondsMin(),
                        TicketsSettings.HOLD_SECONDS_MAX))
                .setSeatsPerBookingMax((int) Expect.betweenOr(
                        "seatsPerBookingMax", seatsPerBookingMax, SEATS_PER_BOOKING, 1, SEATS_PER_BOOKING_MAX))
                .build();
    }

    /** The event with its venue, performers and the tier of every row copied in. */
    Event in(Event checked, Venue venue, List<Performer> performers) {
        Pricing pricing = pricing();
        Set<String> known = venue.getSeating().getSectionsList().stream()
                .map(Section::getSectionId)
                .collect(Collectors.toSet());
        for (String sectionId : pricing.tierOfSection.keySet()) {
            if (!known.contains(sectionId)) {
                throw Problem.of(
                        422,
                        "UNKNOWN_SECTION",
                        "tiers.sections",
                        sectionId,
                        "a section of venue " + venue.getVenueId());
            }
        }
        Seating.Builder seating = Seating.newBuilder();
        for (Section section : venue.getSeating().getSectionsList()) {
            String tier = pricing.tierOfSection.getOrDefault(section.getSectionId(), pricing.tierOfRest);
            if (tier == null) {
                throw Problem.of(
                        422,
                        "SECTION_WITHOUT_TIER",
                        "tiers",
                        "none for section " + section.getSectionId(),
                        "a tier for each section, or one tier without sections for the rest");
            }
            seating.addSections(section.toBuilder()
                    .clearRows()
                    .addAllRows(section.getRowsList().stream()
                            .map(row -> priced(row, tier))
                            .toList()));
        }
        return checked.toBuilder()
                .setVenue(venue.toBuilder().clearSeating())
                .addAllPerformers(performers)
                .setSeating(seating)
                .build();
    }

    private static SeatRow priced(SeatRow row, String tier) {
        return row.toBuilder().setTierId(tier).build();
    }

    private Pricing pricing() {
        List<PriceTier> all = new ArrayList<>();
        Map<String, String> tierOfSection = new HashMap<>();
        String tierOfRest = null;
        Set<String> ids = new HashSet<>();
        int i = 0;
        for (TierBody body : Expect.list("tiers", tiers, 1, TIERS_MAX)) {
            String field = "tiers[" + i++ + "]";
            PriceTier tier = body.toTier(field);
            if (!ids.add(tier.getTierId())) {
                throw Expect.invalid(field + ".tierId", tier.getTierId() + " again", "each tier once");
            }
            all.add(tier);
            if (body.sections() == null) {
                if (tierOfRest != null) {
                    throw Expect.invalid(field + ".sections", "missing again", "one tier at most without sections");
                }
                tierOfRest = tier.getTierId();
                continue;
            }
            for (String section : Expect.list(field + ".sections", body.sections(), 1, 2_000)) {
                Expect.matching(field + ".sections", section, SECTION_ID, "1..16 letters and digits");
                if (tierOfSection.put(section, tier.getTierId()) != null) {
                    throw Expect.invalid(field + ".sections", section + " again", "each section in one tier");
                }
            }
        }
        return new Pricing(all, tierOfSection, tierOfRest);
    }

    private long startsAtMillis() {
        try {
            long millis =
                    Instant.parse(Expect.text("startsAt", startsAt, 1, 40)).toEpochMilli();
            return Expect.between("startsAt", millis, 0, 253_402_300_799_999L);
        } catch (DateTimeParseException | ArithmeticException e) {
            throw Expect.invalid("startsAt", startsAt, "an ISO 8601 time in UTC such as 2027-06-01T19:30:00Z");
        }
    }

    private String currencyCode() {
        if (currency == null || !CURRENCIES.contains(currency)) {
            throw Expect.invalid("currency", currency, "an ISO 4217 code such as EUR");
        }
        return currency;
    }
}
