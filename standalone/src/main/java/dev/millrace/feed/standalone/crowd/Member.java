package dev.millrace.feed.standalone.crowd;

import dev.millrace.feed.standalone.history.PageRead;
import dev.millrace.standalone.trial.Person;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One of the crowd, and what the crowd believes of them: enough to choose what happens next, not to judge it. */
final class Member {
    private final Person person;
    private final Set<Member> follows = new LinkedHashSet<>();
    private final Set<Member> followers = new LinkedHashSet<>();
    private final Set<Member> apart = new LinkedHashSet<>();
    private final List<String> posts = new ArrayList<>();
    private final Map<String, Long> heard = new TreeMap<>();
    private @Nullable Seen seen;

    /** Where to ask on for arrivals, and the answer that said so. */
    record Seen(String since, PageRead answer) {}

    Member(Person person) {
        this.person = person;
    }

    Person person() {
        return person;
    }

    String name() {
        return person.name();
    }

    Set<Member> follows() {
        return follows;
    }

    Set<Member> followers() {
        return followers;
    }

    /** Whom this one blocks or mutes. */
    Set<Member> apart() {
        return apart;
    }

    /** Own posts that aren't deleted. */
    List<String> posts() {
        return posts;
    }

    void follow(Member author) {
        follows.add(author);
        author.followers.add(this);
    }

    void unfollow(Member author) {
        follows.remove(author);
        author.followers.remove(this);
    }

    @Nullable Seen seen() {
        return seen;
    }

    void seen(String since, PageRead answer) {
        seen = new Seen(since, answer);
    }

    /** Takes in an answer's positions: the furthest of each partition counts. */
    static void hear(Map<String, Long> heard, @Nullable String header) {
        if (header == null || header.isBlank()) {
            return;
        }
        for (String position : header.split(",", -1)) {
            int dot = position.lastIndexOf('.');
            heard.merge(
                    position.substring(0, dot).strip(),
                    Long.parseLong(position.substring(dot + 1).strip()),
                    Math::max);
        }
    }

    Map<String, Long> heard() {
        return heard;
    }

    /** As a request's header; null if nothing was heard. */
    static @Nullable String header(Map<String, Long> heard) {
        StringBuilder header = new StringBuilder();
        heard.forEach((log, offset) -> header.append(header.isEmpty() ? "" : ", ")
                .append(log)
                .append('.')
                .append(offset));
        return header.isEmpty() ? null : header.toString();
    }

    /** One of these, or null if there is none. */
    static <T> @Nullable T any(Set<T> all, Random random) {
        return all.isEmpty()
                ? null
                : all.stream().skip(random.nextInt(all.size())).findFirst().orElse(null);
    }
}
