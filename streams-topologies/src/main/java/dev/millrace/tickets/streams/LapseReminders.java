package dev.millrace.tickets.streams;

import dev.millrace.tickets.topics.v1.LapseBooking;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;
import java.time.Duration;

/**
 * Reminds the owner of holds that have run out. It only sends commands: what becomes of a hold is decided in order with
 * the claims, by the log's time, so a reminder that is early, late, lost or repeated does no harm.
 */
final class LapseReminders {
    private static final String SUBJECT = "millrace:reminder";
    private static final long REPEAT_MILLIS = Duration.ofSeconds(5).toMillis();
    /** So many in one go that the claims behind them don't notice. */
    private static final int AT_ONCE_MAX = 250;

    private final Reminders reminders;

    LapseReminders(Reminders reminders) {
        this.reminders = reminders;
    }

    void sendDue(LiveHolds holds, long nowMillis) {
        for (LiveHolds.Expiry hold : holds.dueReminders(nowMillis, REPEAT_MILLIS, AT_ONCE_MAX)) {
            reminders.send(SeatCommand.newBuilder()
                    .setMeta(CommandMeta.newBuilder()
                            .setCommandId(CommandId.random().bytes())
                            .setSubject(SUBJECT))
                    .setEventId(hold.eventId())
                    .setLapseBooking(LapseBooking.newBuilder()
                            .setBookingId(hold.bookingId())
                            .setExpiresAtMillis(hold.atMillis()))
                    .build());
        }
    }
}
