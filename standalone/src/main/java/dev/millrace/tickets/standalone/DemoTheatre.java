package dev.millrace.tickets.standalone;

import dev.millrace.tickets.standalone.SeatPlan.Arc;
import dev.millrace.tickets.standalone.SeatPlan.Row;
import dev.millrace.tickets.standalone.SeatPlan.Section;
import java.util.ArrayList;
import java.util.List;

/** A playhouse of about 600 seats: stalls and a balcony, bent round the stage. */
final class DemoTheatre {
    private static final double ROW_DEPTH = 1.7;
    private static final double HALF_AISLE = 0.9;
    /** Straight down from the stage, in radians with y pointing down. */
    private static final double AHEAD = Math.PI / 2;

    private DemoTheatre() {}

    static SeatPlan plan() {
        List<Section> sections = new ArrayList<>();
        sections.add(block("SL", "Stalls left", 24, 11, AHEAD + 0.62, AHEAD + 0.24));
        sections.add(block("SC", "Stalls centre", 24, 11, AHEAD + 0.24, AHEAD - 0.24));
        sections.add(block("SR", "Stalls right", 24, 11, AHEAD - 0.24, AHEAD - 0.62));
        sections.add(block("BL", "Balcony left", 46, 4, AHEAD + 0.6, AHEAD + 0.2));
        sections.add(block("BC", "Balcony centre", 46, 4, AHEAD + 0.2, AHEAD - 0.2));
        sections.add(block("BR", "Balcony right", 46, 4, AHEAD - 0.2, AHEAD - 0.6));
        return new SeatPlan(List.copyOf(sections));
    }

    private static Section block(String id, String name, double radius, int rows, double from, double to) {
        List<Row> block = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            Arc arc = new Arc(0, -20, radius + row * ROW_DEPTH, from, to);
            block.add(Row.onArc(SeatPlan.rowLabel(row), arc.shortened(HALF_AISLE)));
        }
        int back = block.size() - 1;
        if (id.startsWith("S")) {
            block.set(back, block.get(back).withAccessibleEnds());
        }
        return new Section(id, name, List.copyOf(block));
    }
}
