package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tickets.standalone.SeatPlan.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoContentTest {
    private record Place(double x, double y) {}

    private record Cell(long x, long y) {}

    @Test
    void theArenaHasExactlyTheSeatsItPromises() {
        assertThat(DemoArena.plan().seats()).isEqualTo(20_160);
    }

    @Test
    void thePlayhouseHasAboutSixHundredSeats() {
        assertThat(DemoTheatre.plan().seats()).isBetween(550, 650);
    }

    @Test
    void noTwoSeatsOfAPlanOverlap() {
        for (SeatPlan plan : List.of(DemoArena.plan(), DemoTheatre.plan())) {
            assertThat(nearestNeighbours(places(plan))).isGreaterThan(0.95);
        }
    }

    @Test
    void ticketIdsAreUniqueAndMadeOfShortLettersAndDigits() {
        for (SeatPlan plan : List.of(DemoArena.plan(), DemoTheatre.plan())) {
            List<String> ids = new ArrayList<>();
            for (SeatPlan.Section section : plan.sections()) {
                assertThat(section.sectionId()).matches("[A-Z0-9]{1,16}");
                for (Row row : section.rows()) {
                    assertThat(row.label()).matches("[A-Z0-9]{1,8}");
                    for (int seat = 0; seat < row.seats(); seat++) {
                        ids.add(section.sectionId() + "-" + row.label() + "-" + (row.firstNumber() + seat));
                    }
                }
            }
            assertThat(ids).doesNotHaveDuplicates();
        }
    }

    @Test
    void venuesAndPerformersComeBeforeTheEventsThatNameThem() {
        List<String> kinds = DemoContent.requests().stream()
                .map(request -> request.path().split("/", -1)[2])
                .toList();
        assertThat(kinds.lastIndexOf("venues")).isLessThan(kinds.indexOf("events"));
        assertThat(kinds.lastIndexOf("performers")).isLessThan(kinds.indexOf("events"));
    }

    @Test
    void askingTwiceGivesTheSameBodies() {
        assertThat(DemoContent.requests()).isEqualTo(DemoContent.requests());
    }

    private static List<Place> places(SeatPlan plan) {
        List<Place> places = new ArrayList<>();
        for (SeatPlan.Section section : plan.sections()) {
            for (Row row : section.rows()) {
                double length = Math.hypot(row.dx(), row.dy());
                for (int i = 0; i < row.seats(); i++) {
                    double fromMiddle = 2.0 * i / (row.seats() - 1) - 1;
                    double moved = row.bow() * (1 - fromMiddle * fromMiddle);
                    places.add(new Place(
                            row.x() + i * row.dx() - moved * row.dy() / length,
                            row.y() + i * row.dy() + moved * row.dx() / length));
                }
            }
        }
        return places;
    }

    /** Two seats at the same place are equal, and exactly what this is to find. */
    @SuppressWarnings("ReferenceEquality")
    private static double nearestNeighbours(List<Place> places) {
        Map<Cell, List<Place>> byCell = new HashMap<>();
        for (Place place : places) {
            byCell.computeIfAbsent(cell(place, 0, 0), c -> new ArrayList<>()).add(place);
        }
        double nearest = Double.MAX_VALUE;
        for (Place place : places) {
            for (int dx = -1; dx <= 1; dx++) {
                for (int dy = -1; dy <= 1; dy++) {
                    for (Place other : byCell.getOrDefault(cell(place, dx, dy), List.of())) {
                        if (other != place) {
                            nearest = Math.min(nearest, Math.hypot(place.x() - other.x(), place.y() - other.y()));
                        }
                    }
                }
            }
        }
        return nearest;
    }

    private static Cell cell(Place place, int dx, int dy) {
        return new Cell((long) Math.floor(place.x() / 2) + dx, (long) Math.floor(place.y() / 2) + dy);
    }
}
