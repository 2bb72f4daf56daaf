package dev.millrace.standalone.history;

import org.jspecify.annotations.Nullable;

/**
 * One call of a buyer, as it went.
 *
 * @param path without query
 * @param positionSent header Millrace-Position of the request
 * @param status 0 if no answer came
 * @param position header Millrace-Position of the answer
 * @param answer the answer's body
 */
public record Exchange(
        String user,
        String method,
        String path,
        @Nullable String idempotencyKey,
        String body,
        @Nullable String positionSent,
        int status,
        @Nullable String position,
        String answer) {}
