package dev.millrace.tickets.serving;

import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.Performer;
import dev.millrace.tickets.topics.v1.PriceTier;
import dev.millrace.tickets.topics.v1.SeatRow;
import dev.millrace.tickets.topics.v1.Seating;
import dev.millrace.tickets.topics.v1.Section;
import dev.millrace.tickets.topics.v1.Venue;

/** Events for tests: section P with rows 1 to {@code rows} of {@code seatsPerRow} seats, the first row dearer. */
final class TestEvents {
    private TestEvents() {}

    static Event event(String id, int rows, int seatsPerRow) {
        Section.Builder section = Section.newBuilder().setSectionId("P").setName("Parquet");
        for (int row = 1; row <= rows; row++) {
            section.addRows(SeatRow.newBuilder()
                    .setLabel(Integer.toString(row))
                    .setSeats(seatsPerRow)
                    .setFirstNumber(1)
                    .setX(100)
                    .setY(row * 125)
                    .setDx(100)
                    .addAccessible(1)
                    .setTierId(row == 1 ? "front" : "back"));
        }
        return Event.newBuilder()
                .setEventId(id)
                .setTitle("Große Nacht der Mühlen")
                .setDescription("Music for water and stone")
                .setType("CONCERT")
                .setStartsAtMillis(1_790_000_000_000L)
                .addImages("/assets/mill.svg")
                .setVenue(Venue.newBuilder()
                        .setVenueId("hall")
                        .setName("Weir Hall")
                        .setAddress("1 Weir Lane")
                        .setCity("Bremen")
                        .setLatitude(53.08)
                        .setLongitude(8.81))
                .addPerformers(Performer.newBuilder().setPerformerId("quartet").setName("The Sluice Quartet"))
                .addTiers(PriceTier.newBuilder()
                        .setTierId("front")
                        .setName("Front")
                        .setPriceMinor(4500))
                .addTiers(
                        PriceTier.newBuilder().setTierId("back").setName("Back").setPriceMinor(0))
                .setCurrency("EUR")
                .setHoldSeconds(600)
                .setSeatsPerBookingMax(8)
                .setSeating(Seating.newBuilder().addSections(section))
                .setDefinition(1)
                .build();
    }
}
