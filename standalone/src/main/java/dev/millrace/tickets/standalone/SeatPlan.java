package dev.millrace.tickets.standalone;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;

/**
 * A venue's seats as {@code PUT /admin/venues/{id}} takes them. Lengths are seat widths; the origin is the middle of
 * the stage's front edge, and y grows away from the stage.
 */
record SeatPlan(List<Section> sections) {

    record Section(String sectionId, String name, List<Row> rows) {
        Section withShorterRow(int index) {
            List<Row> shortened = new ArrayList<>(rows);
            shortened.set(index, shortened.get(index).withoutLast());
            return new Section(sectionId, name, List.copyOf(shortened));
        }
    }

    /**
     * Seats from (x, y) on in steps of (dx, dy). The middle of the row is moved by {@code bow} along the left-hand
     * normal (-dy, dx), its ends not at all, the rest by a parabola.
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Row(
            String label,
            int seats,
            int firstNumber,
            double x,
            double y,
            double dx,
            double dy,
            double bow,
            List<Integer> accessible) {

        static Row straight(String label, int seats, double centreX, double y) {
            return new Row(label, seats, 1, round(centreX - (seats - 1) / 2.0), round(y), 1, 0, 0, List.of());
        }

        /** As many seats as fit on the arc between two angles (radians, y pointing down), counted in that direction. */
        static Row onArc(String label, Arc arc) {
            int seats = arc.seats();
            double x0 = arc.x(arc.from());
            double y0 = arc.y(arc.from());
            double dx = (arc.x(arc.to()) - x0) / (seats - 1);
            double dy = (arc.y(arc.to()) - y0) / (seats - 1);
            double sagitta = arc.radius() * (1 - Math.cos((arc.to() - arc.from()) / 2));
            double middle = (arc.from() + arc.to()) / 2;
            double outward = -dy * Math.cos(middle) + dx * Math.sin(middle);
            return new Row(
                    label,
                    seats,
                    1,
                    round(x0),
                    round(y0),
                    round(dx),
                    round(dy),
                    round(Math.signum(outward) * sagitta),
                    List.of());
        }

        /** The same row with places for wheelchair users at both ends. */
        Row withAccessibleEnds() {
            return new Row(label, seats, firstNumber, x, y, dx, dy, bow, List.of(1, 2, seats - 1, seats));
        }

        Row withoutLast() {
            return new Row(label, seats - 1, firstNumber, x, y, dx, dy, bow, accessible);
        }
    }

    record Arc(double centreX, double centreY, double radius, double from, double to) {
        double x(double angle) {
            return centreX + radius * Math.cos(angle);
        }

        double y(double angle) {
            return centreY + radius * Math.sin(angle);
        }

        int seats() {
            return (int) Math.floor(radius * Math.abs(to - from)) + 1;
        }

        /** The same arc without the given length at each end: a straight aisle between blocks. */
        Arc shortened(double length) {
            double angle = Math.signum(to - from) * length / radius;
            return new Arc(centreX, centreY, radius, from + angle, to - angle);
        }
    }

    int seats() {
        return sections.stream()
                .flatMap(section -> section.rows().stream())
                .mapToInt(Row::seats)
                .sum();
    }

    List<String> sectionIds(String prefix) {
        return sections.stream()
                .map(Section::sectionId)
                .filter(id -> id.startsWith(prefix))
                .toList();
    }

    /** A, B, …, Z without I and O, which look like numbers; then AA, BB, …. */
    static String rowLabel(int row) {
        String letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
        String letter = String.valueOf(letters.charAt(row % letters.length()));
        return row < letters.length() ? letter : letter + letter;
    }

    /** Takes single seats from the ends of rows, rows further back first, in sections whose id starts so. */
    SeatPlan trimmedTo(int seats, String prefix) {
        List<Section> trimmed = new ArrayList<>(sections);
        int surplus = seats() - seats;
        for (int fromBack = 1; surplus > 0; fromBack++) {
            for (int i = 0; i < trimmed.size() && surplus > 0; i++) {
                Section section = trimmed.get(i);
                if (section.sectionId().startsWith(prefix)) {
                    trimmed.set(i, section.withShorterRow(section.rows().size() - fromBack));
                    surplus--;
                }
            }
        }
        return new SeatPlan(List.copyOf(trimmed));
    }

    /** Two decimals are what a venue's definition keeps. */
    static double round(double seatWidths) {
        return Math.round(seatWidths * 100) / 100.0;
    }
}
