package dev.millrace.feed.standalone.history;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list of followers, or of whom somebody follows, as it was served.
 *
 * @param followers or else those followed
 * @param after last user of the part before; empty for the first one
 * @param more whether the answer says that there are more
 * @param atRest asked for when nothing changed any more and everything had been taken in
 */
public record ListRead(
        boolean followers,
        String reader,
        String of,
        String after,
        @Nullable String positionSent,
        @Nullable String position,
        List<UserShown> users,
        boolean more,
        boolean atRest) {
    /** @param since ISO 8601 */
    public record UserShown(String userId, String since) {}

    public ListRead {
        users = List.copyOf(users);
    }

    Map<String, Long> sinceMillis() {
        Map<String, Long> since = new LinkedHashMap<>();
        users.forEach(user ->
                since.put(user.userId(), java.time.Instant.parse(user.since()).toEpochMilli()));
        return since;
    }

    /** Whether somebody with this id has a place in this part. */
    boolean covers(String userId) {
        return userId.compareTo(after) > 0
                && (!more
                        || users.isEmpty()
                        || userId.compareTo(users.get(users.size() - 1).userId()) <= 0);
    }

    @Override
    public String toString() {
        return (followers ? "followers of " : "those followed by ") + of + " for " + reader
                + (after.isEmpty() ? "" : " after " + after) + " at " + position;
    }
}
