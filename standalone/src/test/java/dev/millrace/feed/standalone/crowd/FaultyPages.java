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
 * Spoils pages and answers as a feed with bugs would; it learns what it needs from the calls that pass. Of the bugs that
 * a page has an occasion for, the one that showed least so far does. One thread uses it.
 */
final class FaultyPages {
    private static final int ONE_IN = 4;
    /** So often a bug shows and then no more: a checker keeps only so many contradictions. */
    private static final int TIMES_MAX = 40;

    private final Random random = new Random(5);
    /** How often each bug showed. */
    private final Map<PageFault, Integer> times = new EnumMap<>(PageFault.class);

    private final List<Spoiled> spoiled = new ArrayList<>();
    /** Every post as it was first shown. */
    private final Map<String, JsonObject> firstShown = new HashMap<>();

    /** By reader: the posts they were shown. */
    private final Map<String, Set<String>> shownTo = new HashMap<>();

    private final Set<String> deleted = new HashSet<>();
    /** By reader: whom they unfollowed, and whom they blocked, and saw before. */
    private final Map<String, Set<String>> unfollowed = new HashMap<>();

    private final Map<String, Set<String>> blocked = new HashMap<>();

    /** @param faults bugs there are */
    FaultyPages(Set<PageFault> faults) {
        faults.forEach(fault -> times.put(fault, 0));
    }

    /**
     * Where a bug showed.
     *
     * @param of whose feed; empty if it wasn't on a page
     */
    record Spoiled(PageFault fault, String of, String postId) {
        /** Whether a checker that says this found the bug there. */
        boolean isFoundBy(String said) {
            return said.contains(fault.contradiction())
                    && said.contains(postId)
                    && (of.isEmpty() || said.startsWith("feed of " + of + " "));
        }
    }

    List<Spoiled> spoiled() {
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

    /** Whether the answer to a post is to be spoiled by this bug, as it is from now on taken to be. */
    boolean spoils(PageFault fault, String postId) {
        boolean spoils = mayShow(fault);
        if (spoils) {
            showed(fault, "", Set.of(postId));
        }
        return spoils;
    }

    private boolean mayShow(PageFault fault) {
        return times.getOrDefault(fault, TIMES_MAX) < TIMES_MAX;
    }

    private void showed(PageFault fault, String reader, Set<String> posts) {
        times.merge(fault, 1, Integer::sum);
        posts.forEach(postId -> spoiled.add(new Spoiled(fault, reader, postId)));
    }

    /** The newest page of a reader's feed, as it is then shown. */
    JsonObject spoil(String reader, JsonObject page) {
        List<JsonObject> right = new ArrayList<>();
        page.getJsonArray("items").forEach(item -> right.add((JsonObject) item));
        List<JsonObject> shown = now() ? spoil(reader, right) : right;
        for (JsonObject item : right) {
            firstShown.putIfAbsent(id(item), item);
            shownTo.computeIfAbsent(reader, r -> new HashSet<>()).add(id(item));
        }
        return page.put("items", new JsonArray(shown));
    }

    private List<JsonObject> spoil(String reader, List<JsonObject> right) {
        List<PageFault> faults = times.keySet().stream()
                .filter(this::mayShow)
                .sorted(Comparator.comparing(fault -> times.getOrDefault(fault, 0)))
                .toList();
        for (PageFault fault : faults) {
            List<JsonObject> shown = new ArrayList<>(right);
            Set<String> posts = spoil(fault, reader, shown);
            if (!posts.isEmpty()) {
                showed(fault, reader, posts);
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
            case DELETED_POST -> addGone(items, post -> deleted.contains(id(post)) && has(shownTo, reader, id(post)));
            case UNFOLLOWED_AUTHOR -> addGone(items, post -> has(unfollowed, reader, author(post)));
            case BLOCKED_AUTHOR -> addGone(items, post -> has(blocked, reader, author(post)));
            case LOST_POST, OTHER_ANSWER -> Set.of();
        };
    }

    private Set<String> addGone(List<JsonObject> items, Predicate<JsonObject> isGone) {
        List<JsonObject> all = new ArrayList<>(firstShown.values().stream()
                .filter(post -> isGone.test(post) && !items.contains(post))
                .toList());
        Collections.shuffle(all, random);
        List<JsonObject> gone = all.subList(0, Math.min(2, all.size()));
        items.addAll(gone);
        items.sort(Comparator.comparing(FaultyPages::id).reversed());
        return gone.stream().map(FaultyPages::id).collect(Collectors.toSet());
    }

    private static boolean has(Map<String, Set<String>> ofReaders, String reader, String id) {
        return ofReaders.getOrDefault(reader, Set.of()).contains(id);
    }

    private static String author(JsonObject post) {
        return post.getString("authorId");
    }

    private static String id(JsonObject post) {
        return post.getString("postId");
    }

    boolean now() {
        return random.nextInt(ONE_IN) == 0;
    }
}
