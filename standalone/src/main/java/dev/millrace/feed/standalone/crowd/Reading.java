package dev.millrace.feed.standalone.crowd;

import dev.millrace.feed.standalone.history.ListRead;
import dev.millrace.feed.standalone.history.Observations;
import dev.millrace.feed.standalone.history.PageRead;
import dev.millrace.feed.standalone.history.PageRead.Kind;
import dev.millrace.feed.standalone.history.PostShown;
import dev.millrace.feed.standalone.history.ProfileRead;
import dev.millrace.standalone.trial.Desk.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads of every kind: each answer is written down as it was, for the check. */
final class Reading {
    private final CrowdDesk desk;
    private final Observations seen;
    private final boolean atRest;

    /**
     * A page and where the next one begins.
     *
     * @param next the answer's cursor; null on the last page
     * @param last what the next page comes after
     */
    record Turn(boolean good, @Nullable String next, String last) {
        static final Turn FAILED = new Turn(false, null, "");
    }

    /** @param atRest whether nothing changes any more and everything has been taken in */
    Reading(CrowdDesk desk, Observations seen, boolean atRest) {
        this.desk = desk;
        this.seen = seen;
        this.atRest = atRest;
    }

    /**
     * @param turn page before this one, null for the newest
     * @param position what the answer must include
     */
    Future<Turn> feed(Member reader, @Nullable Turn turn, int pageSize, @Nullable String position, long sinceNanos) {
        String path = "/feed?pageSize=" + pageSize + cursor(turn);
        CrowdCall kind = turn == null ? CrowdCall.FEED : CrowdCall.OLDER;
        return read(kind, reader, path, position, sinceNanos, (reply, json) -> {
            PageRead page = page(Kind.FEED, reader, reader, last(turn), null, pageSize, position, reply, json);
            String since = json.getString("nextSince");
            if (since != null) {
                reader.seen(since, page);
            }
            return turn(page, json);
        });
    }

    /** What arrived since the reader last looked. */
    Future<Turn> arrivals(Member reader, Member.Seen from, int pageSize, @Nullable String position, long sinceNanos) {
        String path = "/feed?pageSize=" + pageSize + "&since=" + from.since();
        return read(CrowdCall.ARRIVALS, reader, path, position, sinceNanos, (reply, json) -> {
            PageRead page = page(Kind.ARRIVALS, reader, reader, "", from.answer(), pageSize, position, reply, json);
            reader.seen(json.getString("nextSince"), page);
            return new Turn(true, page.more() ? json.getString("nextSince") : null, "");
        });
    }

    Future<Turn> postsOf(
            Member reader,
            Member author,
            @Nullable Turn turn,
            int pageSize,
            @Nullable String position,
            long sinceNanos) {
        String path = "/users/" + author.name() + "/posts?pageSize=" + pageSize + cursor(turn);
        return read(
                CrowdCall.POSTS_OF_ONE,
                reader,
                path,
                position,
                sinceNanos,
                (reply, json) -> turn(
                        page(Kind.POSTS_OF_ONE, reader, author, last(turn), null, pageSize, position, reply, json),
                        json));
    }

    Future<Turn> followers(
            Member reader,
            Member author,
            @Nullable Turn turn,
            int pageSize,
            @Nullable String position,
            long sinceNanos) {
        return users(CrowdCall.FOLLOWERS, reader, author, turn, pageSize, position, sinceNanos);
    }

    Future<Turn> following(
            Member reader, Member of, @Nullable Turn turn, int pageSize, @Nullable String position, long sinceNanos) {
        return users(CrowdCall.FOLLOWING, reader, of, turn, pageSize, position, sinceNanos);
    }

    private Future<Turn> users(
            CrowdCall kind,
            Member reader,
            Member of,
            @Nullable Turn turn,
            int pageSize,
            @Nullable String position,
            long sinceNanos) {
        String path = "/users/" + of.name() + "/" + kind.words() + "?pageSize=" + pageSize + cursor(turn);
        return read(kind, reader, path, position, sinceNanos, (reply, json) -> {
            List<ListRead.UserShown> users = json.getJsonArray("items").stream()
                    .map(JsonObject.class::cast)
                    .map(user -> new ListRead.UserShown(user.getString("userId"), user.getString("since")))
                    .toList();
            String next = json.getString("nextCursor");
            seen.saw(new ListRead(
                    kind == CrowdCall.FOLLOWERS,
                    reader.name(),
                    of.name(),
                    last(turn),
                    position,
                    reply.position(),
                    users,
                    next != null,
                    atRest));
            return new Turn(
                    true,
                    next,
                    users.isEmpty() ? last(turn) : users.get(users.size() - 1).userId());
        });
    }

    Future<Turn> profile(Member reader, Member of, @Nullable String position, long sinceNanos) {
        return read(CrowdCall.PROFILE, reader, "/users/" + of.name(), position, sinceNanos, (reply, json) -> {
            seen.saw(new ProfileRead(
                    reader.name(),
                    of.name(),
                    position,
                    reply.position(),
                    json.getLong("followers"),
                    json.getLong("following"),
                    json.getLong("posts"),
                    json.getBoolean("followedByMe"),
                    json.getBoolean("blockedByMe"),
                    json.getBoolean("mutedByMe"),
                    atRest));
            return new Turn(true, null, "");
        });
    }

    /** The newest page of a reader, for whoever waits for a post on it. It isn't timed. */
    Future<Boolean> shows(Member reader, String postId, int pageSize) {
        return desk.read(reader, "/feed?pageSize=" + pageSize, null).map(reply -> {
            if (reply.status() != 200) {
                return false;
            }
            PageRead page = page(Kind.FEED, reader, reader, "", null, pageSize, null, reply, reply.json());
            return page.posts().stream().anyMatch(post -> post.postId().equals(postId));
        });
    }

    private Future<Turn> read(
            CrowdCall kind,
            Member reader,
            String path,
            @Nullable String position,
            long sinceNanos,
            BiFunction<Reply, JsonObject, Turn> take) {
        return desk.read(reader, path, position).map(reply -> {
            boolean good = reply.status() == 200;
            desk.figures().done(kind, sinceNanos, reply.words(), good);
            if (reply.header("Age") != null) {
                desk.figures().aged();
            }
            return good ? take.apply(reply, reply.json()) : Turn.FAILED;
        });
    }

    private PageRead page(
            Kind kind,
            Member reader,
            Member of,
            String before,
            @Nullable PageRead since,
            int pageSize,
            @Nullable String positionSent,
            Reply reply,
            JsonObject json) {
        List<PostShown> posts = json.getJsonArray("items").stream()
                .map(JsonObject.class::cast)
                .map(post -> seen.once(new PostShown(
                        post.getString("postId"),
                        post.getString("authorId"),
                        post.getString("content"),
                        post.getString("createdAt"),
                        post.getString("updatedAt"))))
                .toList();
        boolean more = kind == Kind.ARRIVALS ? json.getBoolean("more") : json.containsKey("nextCursor");
        PageRead page = new PageRead(
                kind,
                reader.name(),
                of.name(),
                before,
                since,
                pageSize,
                positionSent,
                reply.position(),
                posts,
                more,
                json.getBoolean("hasGap", false),
                atRest);
        seen.saw(page);
        return page;
    }

    private static Turn turn(PageRead page, JsonObject json) {
        String last = page.posts().isEmpty()
                ? page.before()
                : page.posts().get(page.posts().size() - 1).postId();
        return new Turn(true, json.getString("nextCursor"), last);
    }

    private static String cursor(@Nullable Turn turn) {
        return turn == null ? "" : "&cursor=" + turn.next();
    }

    private static String last(@Nullable Turn turn) {
        return turn == null ? "" : turn.last();
    }
}
