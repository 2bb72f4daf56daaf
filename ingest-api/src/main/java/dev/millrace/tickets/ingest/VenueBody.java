package dev.millrace.tickets.ingest;

import dev.millrace.ingest.Expect;
import dev.millrace.tickets.topics.v1.SeatRow;
import dev.millrace.tickets.topics.v1.Seating;
import dev.millrace.tickets.topics.v1.Section;
import dev.millrace.tickets.topics.v1.Venue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A venue as an organiser sends it: sections of rows, each row a line of seats. Lengths are in seat widths. */
record VenueBody(
        @Nullable String name,
        @Nullable String address,
        @Nullable String city,
        @Nullable Double latitude,
        @Nullable Double longitude,
        @Nullable List<@Nullable SectionBody> sections) {

    /** More than the largest stadium has. */
    static final int SEATS_MAX = 200_000;

    private static final int SECTIONS_MAX = 2_000;
    private static final int ROWS_MAX = 2_000;
    private static final int ROW_SEATS_MAX = 500;
    private static final int SEAT_NUMBER_MAX = 99_999;
    private static final double LENGTH_MAX = 10_000;
    private static final Pattern SECTION_ID = Pattern.compile("[A-Za-z0-9]{1,16}");
    private static final Pattern ROW_LABEL = Pattern.compile("[A-Za-z0-9]{1,8}");

    record SectionBody(
            @Nullable String sectionId,
            @Nullable String name,
            @Nullable List<@Nullable RowBody> rows) {

        Section toSection(String field) {
            Section.Builder section = Section.newBuilder()
                    .setSectionId(
                            Expect.matching(field + ".sectionId", sectionId, SECTION_ID, "1..16 letters and digits"))
                    .setName(Expect.text(field + ".name", name, 1, 100));
            Set<String> labels = new HashSet<>();
            int i = 0;
            for (RowBody row : Expect.list(field + ".rows", rows, 1, ROWS_MAX)) {
                String rowField = field + ".rows[" + i++ + "]";
                SeatRow seatRow = row.toRow(rowField);
                if (!labels.add(seatRow.getLabel())) {
                    throw Expect.invalid(
                            rowField + ".label", seatRow.getLabel() + " again", "each label once a section");
                }
                section.addRows(seatRow);
            }
            return section.build();
        }
    }

    record RowBody(
            @Nullable String label,
            @Nullable Integer seats,
            @Nullable Integer firstNumber,
            @Nullable Double x,
            @Nullable Double y,
            @Nullable Double dx,
            @Nullable Double dy,
            @Nullable Double bow,
            @Nullable List<@Nullable Integer> accessible) {

        SeatRow toRow(String field) {
            int count = (int) Expect.between(field + ".seats", seats, 1, ROW_SEATS_MAX);
            int first =
                    (int) Expect.betweenOr(field + ".firstNumber", firstNumber, 1, 0, SEAT_NUMBER_MAX - ROW_SEATS_MAX);
            SeatRow.Builder row = SeatRow.newBuilder()
                    .setLabel(Expect.matching(field + ".label", label, ROW_LABEL, "1..8 letters and digits"))
                    .setSeats(count)
                    .setFirstNumber(first)
                    .setX(hundredths(field + ".x", x, null))
                    .setY(hundredths(field + ".y", y, null))
                    .setDx(hundredths(field + ".dx", dx, 1.0))
                    .setDy(hundredths(field + ".dy", dy, 0.0))
                    .setBow(hundredths(field + ".bow", bow, 0.0));
            for (Integer number : Expect.listOrEmpty(field + ".accessible", accessible, ROW_SEATS_MAX)) {
                row.addAccessible((int) Expect.between(field + ".accessible", number, first, first + count - 1L));
            }
            return row.build();
        }

        private static int hundredths(String field, @Nullable Double value, @Nullable Double whenAbsent) {
            Double length = value == null ? whenAbsent : value;
            return (int) Math.round(Expect.between(field, length, -LENGTH_MAX, LENGTH_MAX) * 100);
        }
    }

    Venue toVenue(String venueId) {
        Seating.Builder seating = Seating.newBuilder();
        Set<String> ids = new HashSet<>();
        int seats = 0;
        int i = 0;
        for (SectionBody body : Expect.list("sections", sections, 1, SECTIONS_MAX)) {
            String field = "sections[" + i++ + "]";
            Section section = body.toSection(field);
            if (!ids.add(section.getSectionId())) {
                throw Expect.invalid(field + ".sectionId", section.getSectionId() + " again", "each section once");
            }
            seats += section.getRowsList().stream().mapToInt(SeatRow::getSeats).sum();
            seating.addSections(section);
        }
        if (seats > SEATS_MAX) {
            throw Expect.invalid("sections", seats + " seats", "at most " + SEATS_MAX + " seats");
        }
        return Venue.newBuilder()
                .setVenueId(venueId)
                .setName(Expect.text("name", name, 1, 200))
                .setAddress(Expect.text("address", address, 1, 500))
                .setCity(Expect.text("city", city, 1, 100))
                .setLatitude(Expect.between("latitude", latitude, -90.0, 90.0))
                .setLongitude(Expect.between("longitude", longitude, -180.0, 180.0))
                .setSeating(seating)
                .build();
    }
}
