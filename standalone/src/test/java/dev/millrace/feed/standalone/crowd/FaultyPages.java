package dev.millrace.feed.standalone.crowd;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Spoils pages and answers as a feed with bugs would; it learns what it needs from the calls that pass. Of what can be
 * spoiled, each time, it is by the bug that had the fewest occasions so far. One thread uses it.
 */
final class FaultyPages {
    private static final int ONE_IN = 4;

    private final Random random = new Random(5);
    /** The posts in whose answers each bug showed. */
    private final Map<PageFault, Set<String>> spoiled = new EnumMap<>(PageFault.class);
    /** Every post as it was first shown. */
    private final Map<String, JsonObject> firstShown = new HashMap<>();

    private final Set<String> deleted = new HashSet<>();
    /** By reader: whom they unfollowed, and whom they blocked, and saw before. */
    private final Map<String, Set<String>> unfollowed = new HashMap<>();

    private final Map<String, Set<String>> blocked = new HashMap<>();

    /** @param faults bugs there are */
    FaultyPages(Set<PageFault> faults) {
        faults.forEach(fault -> spoiled.put(fault, new HashSet<>()));
    }

    Map<PageFault, Set<String>> spoiled() {
        return spoiled;
    }

    /** A write went well. */
    void did(String user, String method, String path, JsonObject body) {
        String[] parts = path.split("/", -1);
        if (method.equals("DELETE") && parts[1].equals("posts")) {
            deleted.add(parts[2]);
        } else if (method.equals("DELETE") && path.contains("/followers/")) {
            unfollowed.computeIfAbsent(user, u -> new HashSet<>()).add(parts[2]);
        } else if (method.equals("PUT") && path.endsWith("/blocks")) {
            blocked.computeIfAbsent(user, u -> new HashSet<>()).add(body.getString("userId"));
        }
    }

    /** Whether the answer about this post is to be spoiled now, by this bug. */
    boolean spoils(PageFault fault, String postId) {
        Set<String> posts = spoiled.get(fault);
        if (posts == null || !now()) {
            return false;
        }
        posts.add(postId);
        return true;
    }

    /** The newest page of a reader's feed, as it is then shown. */
    JsonObject spoil(String reader, JsonObject page) {
        List<JsonObject> right = new ArrayList<>();
        page.getJsonArray("items").forEach(item -> right.add((JsonObject) item));
        List<JsonObject> shown = now() ? spoil(reader, right) : right;
        right.forEach(item -> firstShown.putIfAbsent(item.getString("postId"), item));
        return page.put("items", new JsonArray(shown));
    }

    private List<JsonObject> spoil(String reader, List<JsonObject> right) {
        List<Map.Entry<PageFault, Set<String>>> faults = new ArrayList<>(spoiled.entrySet());
        faults.sort(Comparator.comparing(fault -> fault.getValue().size()));
        for (Map.Entry<PageFault, Set<String>> fault : faults) {
            List<JsonObject> shown = new ArrayList<>(right);
            Set<String> posts = spoil(fault.getKey(), reader, shown);
            if (!posts.isEmpty()) {
                fault.getValue().addAll(posts);
                return shown;
            }
        }
        return right;
    }

    /** @return the posts that aren't shown as they should be; none if there is no occasion for this bug */
    private Set<String> spoil(PageFault fault, String reader, List<JsonObject> items) {
        return switch (fault) {
            case MISSING_POST -> items.size() > 1 ? Set.of(id(items.remove(random.nextInt(items.size())))) : Set.of();
            case DOUBLED_POST -> {
                if (items.isEmpty()) {
                    yield Set.of();
                }
                items.add(1, items.get(0));
                yield Set.of(id(items.get(0)));
            }
            case WRONG_ORDER -> {
                Collections.rotate(items, -1);
                yield items.size() > 1 ? Set.of(id(items.get(items.size() - 1))) : Set.of();
            }
            case STALE_CONTENT -> {
                Set<String> stale = new HashSet<>();
                items.replaceAll(item -> {
                    JsonObject first = firstShown.getOrDefault(id(item), item);
                    if (!first.equals(item)) {
                        stale.add(id(item));
                    }
                    return first;
                });
                yield stale;
            }
            case DELETED_POST -> addGone(items, post -> deleted.contains(id(post)));
            case UNFOLLOWED_AUTHOR -> addGone(items, post -> isOf(unfollowed, reader, post));
            case BLOCKED_AUTHOR -> addGone(items, post -> isOf(blocked, reader, post));
            case LOST_POST, OTHER_ANSWER -> Set.of();
        };
    }

    private Set<String> addGone(List<JsonObject> items, Predicate<JsonObject> isGone) {
        List<JsonObject> gone = firstShown.values().stream()
                .filter(post -> isGone.test(post) && !items.contains(post))
                .limit(2)
                .toList();
        items.addAll(gone);
        items.sort(Comparator.comparing(FaultyPages::id).reversed());
        return gone.stream().map(FaultyPages::id).collect(Collectors.toSet());
    }

    private static boolean isOf(Map<String, Set<String>> authors, String reader, JsonObject post) {
        return authors.getOrDefault(reader, Set.of()).contains(post.getString("authorId"));
    }

    private static String id(JsonObject post) {
        return post.getString("postId");
    }

    private boolean now() {
        return random.nextInt(ONE_IN) == 0;
    }
}
