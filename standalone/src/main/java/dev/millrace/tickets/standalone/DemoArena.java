package dev.millrace.tickets.standalone;

import dev.millrace.tickets.standalone.SeatPlan.Arc;
import dev.millrace.tickets.standalone.SeatPlan.Row;
import dev.millrace.tickets.standalone.SeatPlan.Section;
import java.util.ArrayList;
import java.util.List;

/**
 * An arena of 20,160 seats: a stage at one end, nine blocks on the floor, and three tiers of bent blocks round it.
 *
 * <p>The tiers follow an oval of four arcs that meet without a corner: two long sides and the end opposite the stage
 * (the other end is behind the stage and has no seats). Rows of a tier are the same oval, further out.
 */
final class DemoArena {
    static final int SEATS = 20_160;

    /** Half the width and half the length of the oval at the edge of the floor. */
    private static final double HALF_WIDTH = 40;

    private static final double HALF_LENGTH = 66;
    private static final double END_RADIUS = 30;
    private static final double CENTRE_Y = 38;

    private static final double END_CENTRE_Y = CENTRE_Y + HALF_LENGTH - END_RADIUS;
    /** How far the centre of a side's arc lies beyond the middle line. From side radius - this = HALF_WIDTH. */
    private static final double SIDE_CENTRE_X = sideCentreX();

    private static final double SIDE_RADIUS = HALF_WIDTH + SIDE_CENTRE_X;
    /** Angle at which a side's arc goes over into the end's. */
    private static final double SIDE_TO_END = Math.atan2(HALF_LENGTH - END_RADIUS, SIDE_CENTRE_X);
    /** Beside the stage the sides end here, counted from the middle of the arc. */
    private static final double SIDE_AT_STAGE = -0.86 * SIDE_TO_END;

    private static final double ROW_DEPTH = 1.6;
    private static final double HALF_AISLE = 1;

    private final List<Section> sections = new ArrayList<>();

    private DemoArena() {}

    static SeatPlan plan() {
        DemoArena arena = new DemoArena();
        arena.floor("A", 6, 14, 19, 21);
        arena.floor("B", 33, 15, 19, 21);
        arena.floor("C", 61.6, 11, 13, 21);
        arena.tier(1, 4, 18, 5, 5);
        arena.tier(2, 37, 10, 6, 7);
        arena.tier(3, 59, 16, 7, 9);
        return new SeatPlan(List.copyOf(arena.sections)).trimmedTo(SEATS, "3");
    }

    /** Three blocks side by side. */
    private void floor(String name, double y, int rows, int outerSeats, int middleSeats) {
        double outerX = middleSeats / 2.0 + 2.2 + outerSeats / 2.0;
        floorBlock(name + "1", y, rows, outerSeats, -outerX);
        floorBlock(name + "2", y, rows, middleSeats, 0);
        floorBlock(name + "3", y, rows, outerSeats, outerX);
    }

    private void floorBlock(String id, double y, int rows, int seats, double centreX) {
        List<Row> block = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            block.add(Row.straight(SeatPlan.rowLabel(row), seats, centreX, y + row * ROW_DEPTH));
        }
        sections.add(new Section(id, "Floor " + id, List.copyOf(block)));
    }

    /** Blocks from beside the stage round the far end to the other side, numbered 101, 102, … for tier 1. */
    private void tier(int tier, double outwards, int rows, int sideBlocks, int endBlocks) {
        int number = tier * 100 + 1;
        // Seen from the stage: the left side away from it, round the end, and the right side back.
        double sideStep = (SIDE_TO_END - SIDE_AT_STAGE) / sideBlocks;
        for (int i = 0; i < sideBlocks; i++) {
            double from = Math.PI - SIDE_AT_STAGE - i * sideStep;
            bentBlock(number++, outwards, rows, SIDE_CENTRE_X, CENTRE_Y, SIDE_RADIUS, from, from - sideStep);
        }
        double endStep = (Math.PI - 2 * SIDE_TO_END) / endBlocks;
        for (int i = 0; i < endBlocks; i++) {
            double from = Math.PI - SIDE_TO_END - i * endStep;
            bentBlock(number++, outwards, rows, 0, END_CENTRE_Y, END_RADIUS, from, from - endStep);
        }
        for (int i = 0; i < sideBlocks; i++) {
            double from = SIDE_TO_END - i * sideStep;
            bentBlock(number++, outwards, rows, -SIDE_CENTRE_X, CENTRE_Y, SIDE_RADIUS, from, from - sideStep);
        }
    }

    private void bentBlock(
            int number,
            double outwards,
            int rows,
            double centreX,
            double centreY,
            double radius,
            double from,
            double to) {
        List<Row> block = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            Arc arc = new Arc(centreX, centreY, radius + outwards + row * ROW_DEPTH, from, to);
            block.add(Row.onArc(SeatPlan.rowLabel(row), arc.shortened(HALF_AISLE)));
        }
        if (number < 200) {
            int back = block.size() - 1;
            block.set(back, block.get(back).withAccessibleEnds());
        }
        sections.add(new Section(String.valueOf(number), "Section " + number, List.copyOf(block)));
    }

    /** Solves radius(side) = radius(end) + distance of their centres, with radius(side) = HALF_WIDTH + x. */
    private static double sideCentreX() {
        double rise = HALF_LENGTH - END_RADIUS;
        double spread = HALF_WIDTH - END_RADIUS;
        return (rise * rise - spread * spread) / (2 * spread);
    }
}
