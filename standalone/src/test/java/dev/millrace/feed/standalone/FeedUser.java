package dev.millrace.feed.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.standalone.Answer;
import dev.millrace.standalone.Api;
import dev.millrace.standalone.Person;
import dev.millrace.standalone.TestSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Somebody who posts, follows and reads, and whose every read includes what they did before. */
final class FeedUser {
    private final String id;
    private final Person person;

    FeedUser(TestSystem system, String id) {
        this.id = id;
        this.person = new Person(system.as(id));
    }

    /** A user nobody has heard of yet. */
    static FeedUser any(TestSystem system, String name) {
        return new FeedUser(system, name + "-" + UUID.randomUUID().toString().substring(0, 8));
    }

    String id() {
        return id;
    }

    Api api() {
        return person.api();
    }

    /** Returns the post's id. */
    String post(String content) {
        return did(201, "POST", "/posts", "{\"content\":\"" + content + "\"}").member("postId");
    }

    void edit(String postId, String content) {
        did(200, "PUT", "/posts/" + postId, "{\"content\":\"" + content + "\"}");
    }

    void delete(String postId) {
        did(200, "DELETE", "/posts/" + postId, null);
    }

    void follow(FeedUser author) {
        did(200, "PUT", "/users/" + author.id + "/followers", "{}");
    }

    void unfollow(FeedUser author) {
        did(200, "DELETE", "/users/" + author.id + "/followers/" + id, null);
    }

    /** @param what blocks or mutes */
    void begin(String what, FeedUser whom) {
        did(200, "PUT", "/users/" + id + "/" + what, "{\"userId\":\"" + whom.id + "\"}");
    }

    void end(String what, FeedUser whom) {
        did(200, "DELETE", "/users/" + id + "/" + what + "/" + whom.id, null);
    }

    private Answer did(int status, String method, String path, @Nullable String body) {
        return person.did(status, method, path, body);
    }

    /** Whatever this user reads from now on includes what that answer includes. */
    void hear(Answer answer) {
        person.hear(answer);
    }

    /** This user's next read includes all that the other one did and saw. */
    void hear(FeedUser other) {
        person.hear(other.person);
    }

    Answer read(String path) {
        return person.read(path);
    }

    Answer feed(String query) {
        Answer answer = read("/feed" + query);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer;
    }

    /** Contents of the newest page. */
    List<String> newest() {
        return contents(feed(""));
    }

    static List<String> contents(Answer page) {
        return each(page, "content");
    }

    static List<String> ids(Answer page) {
        return each(page, "postId");
    }

    private static List<String> each(Answer page, String member) {
        List<String> all = new ArrayList<>();
        for (JsonNode item : page.json().path("items")) {
            all.add(item.path(member).asText());
        }
        return all;
    }

    /** Contents of all pages of a list, each as large as that. */
    List<String> pagedThrough(String path, int pageSize) {
        List<String> all = new ArrayList<>();
        Answer page = read(path + "?pageSize=" + pageSize);
        while (true) {
            assertThat(page.status()).as("%s", page).isEqualTo(200);
            all.addAll(contents(page));
            if (page.member("nextCursor").isEmpty()) {
                return all;
            }
            assertThat(page.json().path("items")).hasSize(pageSize);
            page = read(path + "?pageSize=" + pageSize + "&cursor=" + page.member("nextCursor"));
        }
    }

    static String key() {
        return Person.key();
    }
}
