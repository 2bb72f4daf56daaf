package dev.millrace.files.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.standalone.Answer;
import dev.millrace.standalone.Api;
import dev.millrace.standalone.Person;
import dev.millrace.standalone.TestSystem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Somebody who keeps and shares files, and whose every read includes what they did before. */
final class FilesUser {
    private final String id;
    private final Person person;

    private FilesUser(String id, Api api) {
        this.id = id;
        this.person = new Person(api);
    }

    /** A user nobody has heard of yet. */
    static FilesUser any(TestSystem system, String name) {
        String id = name + "-" + key().substring(0, 8);
        return new FilesUser(id, system.as(id));
    }

    /** The same user with a token that was given to a device. */
    FilesUser on(TestSystem system, String device) {
        return new FilesUser(id, system.as(id, device));
    }

    String id() {
        return id;
    }

    Api api() {
        return person.api();
    }

    /** Returns the folder's id. */
    String folder(String name, String parent) {
        return did(201, "POST", "/folders", "{\"name\":\"" + name + "\",\"parentId\":\"" + parent + "\"}")
                .member("fileId");
    }

    /** Begins to upload a new file. */
    Answer upload(String name, String parent, long size) {
        return did(
                201,
                "POST",
                "/files",
                "{\"fileName\":\"" + name + "\",\"parentId\":\"" + parent + "\",\"fileSize\":" + size
                        + ",\"mimeType\":\"text/plain\"}");
    }

    /** Begins to upload a new version. */
    Answer edit(String file, long base, long size) {
        return did(
                201,
                "POST",
                "/files",
                "{\"fileId\":\"" + file + "\",\"baseVersion\":" + base + ",\"fileSize\":" + size
                        + ",\"mimeType\":\"text/plain\"}");
    }

    Answer patch(String file, String body) {
        return did(200, "PATCH", "/files/" + file, body);
    }

    Answer delete(String file) {
        return did(200, "DELETE", "/files/" + file, null);
    }

    Answer restore(String file, String body) {
        return did(200, "POST", "/files/" + file + "/restore", body);
    }

    Answer share(String file, FilesUser with, String permission) {
        return did(
                201,
                "POST",
                "/files/" + file + "/share",
                "{\"userId\":\"" + with.id + "\",\"permissions\":[\"" + permission + "\"]}");
    }

    Answer link(String file, String body) {
        return did(201, "POST", "/files/" + file + "/links", body);
    }

    Answer did(int status, String method, String path, @Nullable String body) {
        return person.did(status, method, path, body);
    }

    /** Whatever this user reads from now on includes what that answer includes. */
    void hear(Answer answer) {
        person.hear(answer);
    }

    Answer read(String path) {
        return person.read(path);
    }

    /** What a folder's page names, in its order. */
    List<String> names(String folder) {
        return each(read("/folders/" + folder + "/children"), "name");
    }

    static List<String> each(Answer page, String member) {
        assertThat(page.status()).as("%s", page).isEqualTo(200);
        List<String> all = new ArrayList<>();
        for (JsonNode item : page.json().path("items")) {
            all.add(item.path(member).asText());
        }
        return all;
    }

    static String key() {
        return Person.key();
    }
}
