package dev.millrace.files.topics.content;

/**
 * A part that is there.
 *
 * @param tag as the store calls its content
 * @param sha256 in base 64; empty where the store doesn't tell
 */
public record SentPart(int number, long sizeBytes, String tag, String sha256) {}
