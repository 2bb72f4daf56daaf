package dev.millrace.feed.standalone.history;

import org.jspecify.annotations.Nullable;

/**
 * A profile as it was served.
 *
 * @param atRest asked for when nothing changed any more and everything had been taken in
 */
public record ProfileRead(
        String reader,
        String of,
        @Nullable String positionSent,
        @Nullable String position,
        long followers,
        long following,
        long posts,
        boolean followed,
        boolean blocked,
        boolean muted,
        boolean atRest) {}
