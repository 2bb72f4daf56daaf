package dev.millrace.feed.standalone.history;

import dev.millrace.feed.standalone.history.FollowHistory.Book;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.standalone.history.Contradictions;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds lists of users and profiles against what they can have been. The position they state is one that they include;
 * how far the authors' side was, nobody is told, so a list of followers must be one that it had at some time, and the
 * last one once everything is at rest. The caller's own follow is right at once.
 */
final class UserReadCheck {
    private final PostHistory posts;
    private final FollowHistory follows;
    private final AudienceHistory audiences;
    private final Contradictions found;

    UserReadCheck(PostHistory posts, FollowHistory follows, AudienceHistory audiences, Contradictions found) {
        this.posts = posts;
        this.follows = follows;
        this.audiences = audiences;
        this.found = found;
    }

    void check(ListRead list) {
        String last = list.after();
        for (ListRead.UserShown user : list.users()) {
            if (user.userId().compareTo(last) <= 0) {
                found.add(list + " shows " + user.userId() + " after " + last + ", out of order or twice");
                return;
            }
            last = user.userId();
        }
        boolean right = list.followers() ? isRightAsFollowers(list) : isRightAsFollowing(list);
        if (!right) {
            found.add(list + " shows " + list.users() + (list.more() ? " and says there are more" : "")
                    + ", which it never was" + (list.atRest() ? " in the end" : " from there on"));
        }
    }

    private boolean isRightAsFollowing(ListRead list) {
        long from = list.atRest() ? Long.MAX_VALUE : offset(list.position(), list.of());
        Map<String, Long> shown = list.sinceMillis();
        return follows.from(list.of(), from, book -> {
            Map<String, Long> part = new TreeMap<>();
            book.follows().forEach((author, edge) -> {
                if (list.covers(author)) {
                    part.put(author, edge.getSinceMillis());
                }
            });
            return part.equals(shown) && (!list.more() || hasAfter(book, list));
        });
    }

    private static boolean hasAfter(Book book, ListRead list) {
        return book.follows().keySet().stream()
                .anyMatch(author -> author.compareTo(list.after()) > 0 && !list.covers(author));
    }

    private boolean isRightAsFollowers(ListRead list) {
        Map<String, Long> shown = new TreeMap<>(list.sinceMillis());
        Long own = shown.remove(list.reader());
        long from = list.atRest() ? Long.MAX_VALUE : offset(list.position(), list.reader());
        boolean ownRight = !list.covers(list.reader())
                || follows.from(
                        list.reader(),
                        from,
                        book -> Objects.equals(own, sinceMillis(book.follows().get(list.of()))));
        return ownRight
                && audiences.everWas(
                        list.of(),
                        reader -> list.covers(reader) && !reader.equals(list.reader()),
                        shown,
                        list.atRest());
    }

    private static @Nullable Long sinceMillis(@Nullable FollowEdge edge) {
        return edge == null ? null : (Long) edge.getSinceMillis();
    }

    void check(ProfileRead read) {
        long ofOffset = read.atRest() ? Long.MAX_VALUE : offset(read.position(), read.of());
        long readerOffset = read.atRest() ? Long.MAX_VALUE : offset(read.position(), read.reader());
        long postOffset = read.atRest()
                ? Long.MAX_VALUE
                : Places.parse(read.position()).offset(FeedLog.POSTS, posts.partitionOf(read.of()));
        boolean self = read.of().equals(read.reader());
        require(
                read,
                "following",
                follows.from(read.of(), ofOffset, book -> book.follows().size() == read.following()));
        require(read, "posts", posts.countFrom(read.of(), postOffset, count -> count == read.posts()));
        require(
                read,
                "what the reader is to them",
                follows.from(read.reader(), readerOffset, book -> isSo(book, read)));
        // The caller's own edge is counted by the caller's owner; the others' as far as the authors' side has heard.
        int own = !self && read.followed() ? 1 : 0;
        require(
                read,
                "followers",
                audiences.countEverWas(
                        read.of(),
                        read.reader(),
                        read.atRest(),
                        (count, includesReader) -> count - (includesReader ? 1 : 0) + own == read.followers()));
    }

    private static boolean isSo(Book book, ProfileRead read) {
        return book.follows().containsKey(read.of()) == read.followed()
                && book.relation(read.of()).getBlocks() == read.blocked()
                && book.relation(read.of()).getMutes() == read.muted();
    }

    private void require(ProfileRead read, String what, boolean right) {
        if (!right) {
            found.add("profile of " + read.of() + " for " + read.reader() + " at " + read.position() + ", " + what
                    + ": " + read + " (expected: as it was there or later)");
        }
    }

    private long offset(@Nullable String position, String userId) {
        return Places.parse(position).offset(FeedLog.FOLLOWS, follows.partitionOf(userId));
    }
}
