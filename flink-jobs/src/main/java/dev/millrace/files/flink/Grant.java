package dev.millrace.files.flink;

/**
 * A share of a node with a user.
 *
 * @param shareId 32 hex digits
 * @param expiresAtMillis 0: until it is ended
 */
public record Grant(String shareId, String userId, long expiresAtMillis) {
    boolean isInForce(long atMillis) {
        return expiresAtMillis == 0 || expiresAtMillis > atMillis;
    }
}
