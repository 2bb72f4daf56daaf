package dev.millrace.feed.standalone.history;

/**
 * What the sender of a command must be told.
 *
 * @param offset where the command was first written
 * @param included newest fact of the same user by then, whose offset an answer's position may not be before; -1 if
 *     there was none
 */
record Told<O>(O outcome, int partition, long offset, long included) {}
