package dev.millrace.topics;

import dev.millrace.topics.v1.Position;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of a {@link Position}, as in the header {@code Millrace-Position}: {@code seats.3.1042}. */
public final class Positions {
    private static final Pattern TEXT = Pattern.compile("([a-z]{1,32})\\.(\\d{1,5})\\.(\\d{1,18})");

    private Positions() {}

    public static String text(Position position) {
        return position.getLog() + "." + position.getPartition() + "." + position.getOffset();
    }

    /** Empty if the text isn't a position. */
    public static Optional<Position> parse(String text) {
        Matcher m = TEXT.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        return Optional.of(Position.newBuilder()
                .setLog(m.group(1))
                .setPartition(Integer.parseInt(m.group(2)))
                .setOffset(Long.parseLong(m.group(3)))
                .build());
    }
}
