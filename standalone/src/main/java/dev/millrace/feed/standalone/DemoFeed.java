package dev.millrace.feed.standalone;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The demo's feed: alice, bob and carol follow each other, and have something to say about a mill and its river. */
public final class DemoFeed {
    private static final List<String> USERS = List.of("alice", "bob", "carol");

    /** Who says what, oldest first. */
    private static final List<Map.Entry<String, String>> POSTS = List.of(
            Map.entry("carol", "First frost on the sluice this morning. The wheel didn't mind."),
            Map.entry("alice", "Anyone else walking up to the weir on Sunday? I have room for two in the car."),
            Map.entry("bob", "Baked with the new stone-ground flour. Denser than I'm used to, but the crust is right."),
            Map.entry("carol", "Room for two? Then that's me and the dog."),
            Map.entry("alice", "The Long Reach are playing the Tidewater Arena. I'm getting tickets, who's in?"),
            Map.entry("bob", "In. Not up in the last row this time, please."),
            Map.entry(
                    "carol",
                    "Reading up on how they used to share the water: a notch cut in a stone, and whoever was upstream"
                            + " could take no more than the notch let through. Rate limiting, 1742."),
            Map.entry("alice", "Two seats together in A1, held for ten minutes. Be quick, you two."),
            Map.entry("bob", "If the queue for the bar is as well run as the one for the seats, I'll be happy."));

    private DemoFeed() {}

    /** A call as one of the demo's users. */
    public record Request(String user, String method, String path, String content) {
        public String body() {
            return content.isEmpty() ? "{}" : "{\"content\":\"" + content + "\"}";
        }
    }

    /** In the order in which they make sense. */
    public static List<Request> requests() {
        List<Request> requests = new ArrayList<>();
        for (String follower : USERS) {
            for (String author : USERS) {
                if (!follower.equals(author)) {
                    requests.add(new Request(follower, "PUT", "/users/" + author + "/followers", ""));
                }
            }
        }
        POSTS.forEach(post -> requests.add(new Request(post.getKey(), "POST", "/posts", post.getValue())));
        return requests;
    }
}
