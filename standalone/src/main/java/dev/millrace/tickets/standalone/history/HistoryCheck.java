package dev.millrace.tickets.standalone.history;

import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Logs, ledger and observations of some events to a verdict: whether all of it is one history that the rules allow. Its
 * page is docs/checking.md.
 */
public final class HistoryCheck {
    private final SeatLog log;
    private final Ledger ledger;
    private final Set<String> eventIds;

    private HistoryCheck(SeatLog log, Ledger ledger, Set<String> eventIds) {
        this.log = log;
        this.ledger = ledger;
        this.eventIds = new TreeSet<>(eventIds);
    }

    /** Reads the ledger as it is now, and what the log has up to there. */
    public static HistoryCheck read(String bootstrap, Connection database, Set<String> eventIds) throws SQLException {
        Ledger ledger = Ledger.read(database, eventIds);
        return of(SeatLog.read(bootstrap, eventIds, ledger.next()), ledger, eventIds);
    }

    /** Reads all that the log has, for a ledger that doesn't follow any more. */
    public static HistoryCheck readWhole(String bootstrap, Connection database, Set<String> eventIds)
            throws SQLException {
        Ledger ledger = Ledger.read(database, eventIds);
        Map<Integer, Long> end = SeatLog.lastFacts(bootstrap);
        end.replaceAll((partition, last) -> last + 1);
        return of(SeatLog.read(bootstrap, eventIds, end), ledger, eventIds);
    }

    static HistoryCheck of(SeatLog log, Ledger ledger, Set<String> eventIds) {
        return new HistoryCheck(log, ledger, eventIds);
    }

    /** Whether the ledger has every fact that was on the log when it was last asked for here. */
    public static boolean isCaughtUp(String bootstrap, Connection database) throws SQLException {
        Map<Integer, Long> last = SeatLog.lastFacts(bootstrap);
        Map<Integer, Long> next = Ledger.read(database, Set.of()).next();
        return last.entrySet().stream().allMatch(fact -> next.getOrDefault(fact.getKey(), 0L) > fact.getValue());
    }

    public Verdict verdict(Observations seen) {
        Contradictions found = new Contradictions();
        Map<String, EventHistory> events = replay(seen, found);
        events.forEach((eventId, event) -> ledger.check(eventId, event.bookings(), found));
        AnswerCheck answers = new AnswerCheck(events, found);
        seen.exchanges().forEach(answers::check);
        long facts = log.facts().values().stream().mapToLong(List::size).sum();
        return new Verdict(facts, answers.checked(), seen.reads(), "reads", found.all());
    }

    private Map<String, EventHistory> replay(Observations seen, Contradictions found) {
        Map<String, EventHistory> events = new HashMap<>();
        for (String eventId : eventIds) {
            events.put(
                    eventId,
                    EventHistory.of(
                            eventId,
                            log.commands().getOrDefault(eventId, List.of()),
                            log.facts().getOrDefault(eventId, List.of()),
                            log.decidedUpTo(),
                            seen.mapsOf(eventId),
                            found));
        }
        return events;
    }
}
