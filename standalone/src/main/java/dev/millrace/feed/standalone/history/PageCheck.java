package dev.millrace.feed.standalone.history;

import dev.millrace.feed.standalone.history.FollowHistory.Book;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.standalone.history.Contradictions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** Holds every page of posts against what it had to be at the position it states: computed from nothing but the logs. */
final class PageCheck {
    private final PostHistory posts;
    private final FollowHistory follows;
    private final AudienceHistory audiences;
    private final Contradictions found;
    private final Marks marks;

    /**
     * What is seen from one page.
     *
     * @param authors whose posts belong in it
     * @param offsets of their partitions
     */
    private record View(PageRead page, Book book, Set<String> authors, Map<Integer, Long> offsets) {}

    PageCheck(PostHistory posts, FollowHistory follows, AudienceHistory audiences, Contradictions found) {
        this.posts = posts;
        this.follows = follows;
        this.audiences = audiences;
        this.found = found;
        this.marks = new Marks(posts);
    }

    void check(List<PageRead> pages) {
        Set<PageRead> goneOnFrom = Collections.newSetFromMap(new IdentityHashMap<>());
        pages.stream().map(PageRead::since).filter(Objects::nonNull).forEach(goneOnFrom::add);
        for (PageRead page : pages) {
            checkPosition(page);
            Places places = Places.parse(page.position());
            View view = view(page, places);
            if (goneOnFrom.contains(page)) {
                marks.note(page, view.offsets().keySet());
            }
            if (page.kind() == PageRead.Kind.POSTS_OF_ONE) {
                checkPostsOfOne(view, places);
            } else {
                compare(view);
            }
            if (page.atRest()) {
                compare(atTheEnd(page));
            }
            if (page.hasGap()) {
                found.add(page + " says that something was left out (expected: nothing of the last days)");
            }
        }
    }

    /** It includes what its reader asked for, and claims nothing that isn't there. */
    private void checkPosition(PageRead page) {
        Places said = Places.parse(page.position());
        Places.parse(page.positionSent()).offsets().forEach((partition, offset) -> {
            Long there = said.offsets().get(partition);
            if (there != null && there < offset) {
                found.add(page + ", asked for " + partition + "." + offset + ", is of " + partition + "." + there);
            }
        });
        said.offsets().forEach((name, offset) -> {
            int partition = Integer.parseInt(name.substring(name.lastIndexOf('.') + 1));
            long end = name.startsWith(FeedLog.POSTS) ? posts.end(partition) : follows.end(partition);
            if (offset > end) {
                found.add(page + " claims " + name + "." + offset + " (expected: at most " + end + ")");
            }
        });
    }

    private View view(PageRead page, Places places) {
        Book book = follows.at(page.reader(), places.offset(FeedLog.FOLLOWS, partitionOf(page.reader())));
        return view(page, book, authors(page, book), partition -> places.offset(FeedLog.POSTS, partition));
    }

    private View atTheEnd(PageRead page) {
        Book book = follows.at(page.reader(), Long.MAX_VALUE);
        boolean apart = page.kind() == PageRead.Kind.POSTS_OF_ONE && book.isApart(page.of());
        return view(page, book, apart ? Set.of() : authors(page, book), partition -> Long.MAX_VALUE);
    }

    private View view(PageRead page, Book book, Set<String> authors, IntToLongFunction offset) {
        Map<Integer, Long> offsets = new HashMap<>();
        for (String author : authors) {
            int partition = partitionOf(author);
            if (partition >= 0) {
                offsets.put(partition, offset.applyAsLong(partition));
            }
        }
        return new View(page, book, authors, offsets);
    }

    private static Set<String> authors(PageRead page, Book book) {
        if (page.kind() == PageRead.Kind.POSTS_OF_ONE) {
            return Set.of(page.of());
        }
        Set<String> authors = new TreeSet<>(book.follows().keySet());
        authors.removeIf(book::hides);
        authors.add(page.reader());
        return authors;
    }

    /** All of the feed's logs have the same partitions, so whichever knows a user tells. -1: nobody knows them. */
    private int partitionOf(String userId) {
        int partition = Math.max(posts.partitionOf(userId), follows.partitionOf(userId));
        return Math.max(partition, audiences.partitionOf(userId));
    }

    /** Nothing of each other's between two who are apart. The position is one that what was read includes. */
    private void checkPostsOfOne(View view, Places places) {
        PageRead page = view.page();
        boolean own = page.reader().equals(page.of());
        long from = places.offset(FeedLog.FOLLOWS, partitionOf(page.reader()));
        boolean mayBeApart = !own && follows.from(page.reader(), from, book -> book.isApart(page.of()));
        if (page.posts().isEmpty() && !page.more() && mayBeApart) {
            return;
        }
        if (!own && !follows.from(page.reader(), from, book -> !book.isApart(page.of()))) {
            found.add(page + " shows posts though one of the two blocks the other");
        }
        compare(view);
    }

    private void compare(View view) {
        PageRead page = view.page();
        List<Post> all = expected(view);
        List<Post> right = all.subList(0, Math.min(all.size(), page.pageSize()));
        Set<String> shown = checkOrder(page);
        Set<String> belonging = new HashSet<>();
        right.forEach(post -> belonging.add(PostNumbers.text(post.getPostId())));
        for (PostShown post : page.posts()) {
            if (belonging.contains(post.postId())) {
                checkContent(view, post);
            } else {
                found.add(page + " shows " + post.postId() + " of " + post.authorId() + ", " + whyNot(view, post));
            }
        }
        for (Post post : right) {
            if (!shown.contains(PostNumbers.text(post.getPostId()))) {
                found.add(page + " misses " + PostNumbers.text(post.getPostId()) + " of " + post.getAuthorId());
            }
        }
        if (page.more() != all.size() > page.pageSize()) {
            found.add(page + " says that there is " + (page.more() ? "more" : "no more") + " (expected: otherwise)");
        }
    }

    /** The whole rest of the list from where this page begins, in order. */
    private List<Post> expected(View view) {
        PageRead page = view.page();
        long before = page.before().isEmpty() ? Long.MAX_VALUE : PostNumbers.parse(page.before());
        List<Post> expected = new ArrayList<>();
        for (String author : view.authors()) {
            int partition = partitionOf(author);
            long after = page.since() == null ? 0 : marks.seenIn(page.since(), partition);
            for (Post post : posts.postsAt(author, view.offsets().getOrDefault(partition, -1L))) {
                if (!post.getDeleted() && post.getPostId() < before && post.getPostId() > after) {
                    expected.add(post);
                }
            }
        }
        Comparator<Post> order = Comparator.comparingLong(Post::getPostId);
        expected.sort(page.kind() == PageRead.Kind.ARRIVALS ? order : order.reversed());
        return expected;
    }

    private Set<String> checkOrder(PageRead page) {
        Set<String> shown = new HashSet<>();
        String last = "";
        for (PostShown post : page.posts()) {
            if (!shown.add(post.postId())) {
                found.add(page + " shows " + post.postId() + " twice");
            } else if (!last.isEmpty()
                    && (post.postId().compareTo(last) < 0) == (page.kind() == PageRead.Kind.ARRIVALS)) {
                found.add(page + " shows " + post.postId() + " after " + last + ", out of order");
            }
            last = post.postId();
        }
        return shown;
    }

    private void checkContent(View view, PostShown shown) {
        Post post = postAt(view, shown);
        PostShown right = post == null
                ? null
                : new PostShown(
                        shown.postId(),
                        post.getAuthorId(),
                        post.getContent(),
                        Times.text(post.getCreatedAtMillis()),
                        post.getUpdatedAtMillis() == 0 ? null : Times.text(post.getUpdatedAtMillis()));
        if (!shown.equals(right)) {
            found.add(view.page() + " shows " + shown + " (expected: " + right + ")");
        }
    }

    private String whyNot(View view, PostShown shown) {
        String author = shown.authorId();
        Post post = postAt(view, shown);
        boolean own = author.equals(view.page().reader());
        if (view.page().kind() != PageRead.Kind.POSTS_OF_ONE && !own) {
            if (!view.book().follows().containsKey(author)) {
                return "whom the reader doesn't follow";
            }
            if (view.book().hides(author)) {
                return "who is blocked or muted";
            }
        }
        if (post == null) {
            return "which there isn't at that position";
        }
        return post.getDeleted() ? "which is deleted" : "which isn't of this page";
    }

    private @Nullable Post postAt(View view, PostShown shown) {
        int partition = partitionOf(shown.authorId());
        return posts.postAt(PostNumbers.parse(shown.postId()), view.offsets().getOrDefault(partition, -1L));
    }
}
