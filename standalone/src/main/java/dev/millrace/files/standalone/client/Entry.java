package dev.millrace.files.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A file or folder as the server tells of it.
 *
 * @param id its fileId; {@code root} for the folder that everything is in
 * @param version the newest; 0 while there is none
 * @param sha256 of the newest version, in hex; empty while there is none
 * @param keptUntil when what is deleted goes for good; empty if it isn't deleted
 */
public record Entry(
        String id,
        boolean folder,
        String name,
        String status,
        long version,
        long sizeBytes,
        String sha256,
        String changedAt,
        String keptUntil) {
    static final Entry ROOT = new Entry("root", true, "/", "completed", 0, 0, "", "", "");

    static Entry of(JsonNode json) {
        return new Entry(
                json.path("fileId").asText(),
                json.path("kind").asText().equals("folder"),
                json.path("name").asText(),
                json.path("status").asText(),
                json.path("version").asLong(),
                json.path("fileSize").asLong(),
                json.path("contentHash").asText(),
                json.path("changedAt").asText(),
                json.path("keptUntil").asText());
    }

    Entry requireFile() {
        if (folder) {
            throw FilesFailure.of(name + " is a folder", "a file");
        }
        return this;
    }

    Entry requireFolder() {
        if (!folder) {
            throw FilesFailure.of(name + " is a file", "a folder");
        }
        return this;
    }
}
