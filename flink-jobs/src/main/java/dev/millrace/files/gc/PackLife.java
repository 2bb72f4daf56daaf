package dev.millrace.files.gc;

/**
 * How a pack stands.
 *
 * @param storedBytes of all chunks in it
 * @param keptBytes of those that aren't deleted; condemned ones may come back
 * @param supersededAtMillis since when nobody is sent to it: all that it keeps is in other packs too, or it keeps
 *     nothing; 0: it isn't
 */
public record PackLife(long storedBytes, long keptBytes, long supersededAtMillis) {
    public static PackLife written(long storedBytes) {
        return new PackLife(storedBytes, storedBytes, 0);
    }
}
