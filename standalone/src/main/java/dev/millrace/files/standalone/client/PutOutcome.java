package dev.millrace.files.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.UnaryOperator;

/**
 * What became of a file that was put.
 *
 * @param version 0 if it became none, or isn't known yet
 * @param more of a conflict the copy's name, of a rejection its reason
 */
public record PutOutcome(Kind kind, String fileId, long version, String more) {
    /** How it ended. */
    public enum Kind {
        /** It is a version now. */
        COMPLETED,
        /** It was what is there already. */
        UNCHANGED,
        /** It is all sent, and nobody waited for more. */
        SENT,
        /** Somebody was faster: it is a file of its own beside the one it was meant for. */
        CONFLICT,
        /** It arrived as something else, and isn't kept. */
        REJECTED
    }

    static PutOutcome unchanged(Entry entry) {
        return new PutOutcome(Kind.UNCHANGED, entry.id(), entry.version(), "");
    }

    /** @param nameOf a file's name by its id */
    static PutOutcome of(JsonNode upload, UnaryOperator<String> nameOf) {
        String fileId = upload.path("fileId").asText();
        String status = upload.path("status").asText();
        return switch (status) {
            case "completed" ->
                new PutOutcome(Kind.COMPLETED, fileId, upload.path("version").asLong(), "");
            case "verifying" -> new PutOutcome(Kind.SENT, fileId, 0, "");
            case "conflict" -> {
                String copy = upload.path("conflictFileId").asText();
                yield new PutOutcome(Kind.CONFLICT, copy, 0, nameOf.apply(copy));
            }
            case "rejected" ->
                new PutOutcome(Kind.REJECTED, fileId, 0, upload.path("reason").asText());
            default -> throw new FilesFailure("The upload is " + status + " (expected: completed)");
        };
    }

    public boolean isThere() {
        return kind != Kind.CONFLICT && kind != Kind.REJECTED;
    }
}
