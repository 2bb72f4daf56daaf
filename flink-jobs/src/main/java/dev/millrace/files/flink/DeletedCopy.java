package dev.millrace.files.flink;

/**
 * A copy that nobody names any more, nor ever will.
 *
 * @param chunk SHA-256 in hex
 * @param pack the one that the copy is in, likewise
 */
public record DeletedCopy(String chunk, String pack) {}
