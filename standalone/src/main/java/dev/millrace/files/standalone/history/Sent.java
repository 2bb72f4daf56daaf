package dev.millrace.files.standalone.history;

/**
 * An upload whose sender was told that all of it is there.
 *
 * @param sha256 in hex, of what was sent
 * @param declared what it was said to be; something else if that was a lie
 */
public record Sent(String user, String uploadId, long sizeBytes, String sha256, String declared) {
    boolean isHonest() {
        return sha256.equals(declared);
    }
}
