package dev.millrace.files.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** Why a command of files didn't do what was asked, in words for the person at the keyboard. */
public final class FilesFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Nobody answered. */
    private static final int UNANSWERED = -1;

    /** That the same call gets the same answer again, as far as the server can tell. */
    private static final Set<Integer> FINAL = Set.of(403, 404, 409, 410, 422);

    private final int status;
    private final String reason;
    private final String fileId;

    private FilesFailure(String message, int status, String reason, String fileId) {
        super(message);
        this.status = status;
        this.reason = reason;
        this.fileId = fileId;
    }

    FilesFailure(String message) {
        this(message, 0, "", "");
    }

    /** Whoever was asked says nothing, so nothing is known of what was asked for. */
    static FilesFailure unanswered(String message) {
        return new FilesFailure(message, UNANSWERED, "", "");
    }

    /** A value that isn't what was expected. */
    static FilesFailure of(String value, String expected) {
        return new FilesFailure(value + " (expected: " + expected + ")");
    }

    /** What a server's problem says. */
    static FilesFailure of(int status, JsonNode problem) {
        String detail = problem.path("detail").asText();
        String value = problem.path("value").asText();
        String expected = problem.path("expected").asText();
        // Most details have both in them.
        boolean more = !expected.isEmpty() && !detail.contains(expected);
        return new FilesFailure(
                more ? detail + "\n  " + value + " (expected: " + expected + ")" : detail,
                status,
                problem.path("reason").asText(),
                problem.path("fileId").asText());
    }

    /** Whether the server refused, and not because of something that passes. */
    boolean isRefusal() {
        return FINAL.contains(status);
    }

    boolean isUnanswered() {
        return status == UNANSWERED;
    }

    /** The server's stable reason; empty if it wasn't the server who refused. */
    String reason() {
        return reason;
    }

    /** Whom the server named as in the way; mostly empty. */
    String fileId() {
        return fileId;
    }
}
