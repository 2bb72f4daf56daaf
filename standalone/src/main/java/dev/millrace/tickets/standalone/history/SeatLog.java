package dev.millrace.tickets.standalone.history;

import dev.millrace.standalone.history.LogReader;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The commands and committed facts of some events, each event's in order, as they are on the broker.
 *
 * @param decidedUpTo by partition, offset of the newest command that one of these facts came from
 */
record SeatLog(Map<String, List<Command>> commands, Map<String, List<SeatFact>> facts, Map<Integer, Long> decidedUpTo) {
    static final String COMMANDS = "tickets.seat-commands";
    static final String FACTS = "tickets.seat-facts";

    /** A command as the broker wrote it down. */
    record Command(int partition, long offset, long writtenAtMillis, SeatCommand command) {}

    /** @param factsUpTo by partition, the first offset of the facts that is left out */
    static SeatLog read(String bootstrap, Set<String> eventIds, Map<Integer, Long> factsUpTo) {
        Map<String, List<SeatFact>> facts = new HashMap<>();
        Map<Integer, Long> decidedUpTo = new HashMap<>();
        LogReader.each(bootstrap, FACTS, record -> {
            if (eventIds.contains(record.key()) && record.offset() < factsUpTo.getOrDefault(record.partition(), 0L)) {
                SeatFact fact = LogReader.decode(record, SeatFact.parser());
                facts.computeIfAbsent(record.key(), event -> new ArrayList<>()).add(fact);
                decidedUpTo.merge(record.partition(), fact.getPosition().getOffset(), Math::max);
            }
        });
        Map<String, List<Command>> commands = new HashMap<>();
        LogReader.each(bootstrap, COMMANDS, record -> {
            if (eventIds.contains(record.key())) {
                commands.computeIfAbsent(record.key(), event -> new ArrayList<>())
                        .add(new Command(
                                record.partition(),
                                record.offset(),
                                record.timestamp(),
                                LogReader.decode(record, SeatCommand.parser())));
            }
        });
        return new SeatLog(commands, facts, decidedUpTo);
    }

    /** Offset of the last fact of every partition now, of any event. */
    static Map<Integer, Long> lastFacts(String bootstrap) {
        Map<Integer, Long> last = new HashMap<>();
        LogReader.each(bootstrap, FACTS, record -> last.put(record.partition(), record.offset()));
        return last;
    }
}
