package dev.millrace.feed.standalone.crowd;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Spoils pages as a feed with a bug would; it learns what it needs from the calls that pass. One thread uses it. */
final class FaultyPages {
    private static final int ONE_IN = 4;

    private final PageFault fault;
    private final Random random = new Random(5);
    /** Every post as it was first shown. */
    private final Map<String, JsonObject> firstShown = new HashMap<>();

    private final Set<String> deleted = new HashSet<>();
    /** By reader: whom they unfollowed or blocked, and saw before. */
    private final Map<String, Set<String>> left = new HashMap<>();

    FaultyPages(PageFault fault) {
        this.fault = fault;
    }

    /** A write went well. */
    void did(String user, String method, String path, JsonObject body) {
        String[] parts = path.split("/", -1);
        if (method.equals("DELETE") && parts[1].equals("posts") && fault == PageFault.DELETED_POST) {
            deleted.add(parts[2]);
        } else if (method.equals("DELETE") && path.contains("/followers/") && fault == PageFault.UNFOLLOWED_AUTHOR) {
            left.computeIfAbsent(user, u -> new HashSet<>()).add(parts[2]);
        } else if (method.equals("PUT") && path.endsWith("/blocks") && fault == PageFault.BLOCKED_AUTHOR) {
            left.computeIfAbsent(user, u -> new HashSet<>()).add(body.getString("userId"));
        }
    }

    /** The newest page of a reader's feed, as it is then shown. */
    JsonObject spoil(String reader, JsonObject page) {
        List<JsonObject> items = new ArrayList<>();
        page.getJsonArray("items").forEach(item -> items.add((JsonObject) item));
        switch (fault) {
            case MISSING_POST -> {
                if (items.size() > 1 && now()) {
                    items.remove(random.nextInt(items.size()));
                }
            }
            case DOUBLED_POST -> {
                if (!items.isEmpty() && now()) {
                    items.add(1, items.get(0));
                }
            }
            case WRONG_ORDER -> {
                if (items.size() > 1 && now()) {
                    items.add(items.remove(0));
                }
            }
            case STALE_CONTENT -> items.replaceAll(item -> firstShown.getOrDefault(item.getString("postId"), item));
            case DELETED_POST, UNFOLLOWED_AUTHOR, BLOCKED_AUTHOR ->
                firstShown.values().stream()
                        .filter(post -> isGone(reader, post) && !items.contains(post))
                        .limit(2)
                        .forEach(items::add);
            default -> {}
        }
        items.forEach(item -> firstShown.putIfAbsent(item.getString("postId"), item));
        if (fault == PageFault.DELETED_POST
                || fault == PageFault.UNFOLLOWED_AUTHOR
                || fault == PageFault.BLOCKED_AUTHOR) {
            items.sort(Comparator.comparing((JsonObject item) -> item.getString("postId"))
                    .reversed());
        }
        return page.put("items", new JsonArray(items));
    }

    private boolean isGone(String reader, JsonObject post) {
        return deleted.contains(post.getString("postId"))
                || left.getOrDefault(reader, Set.of()).contains(post.getString("authorId"));
    }

    boolean now() {
        return random.nextInt(ONE_IN) == 0;
    }
}
