package dev.millrace.feed.standalone.crowd;

import dev.millrace.feed.standalone.crowd.CrowdDesk.Write;
import dev.millrace.standalone.trial.Desk.Reply;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the crowd changes: people post, mostly those who are followed, think better of it, follow and unfollow, fall out
 * and make up. Some send a call twice at once, again after its answer, or an old key with something else.
 */
final class Writing {
    private final CrowdDesk desk;
    private final List<Member> members;
    private final List<FollowGraph.Edge> edges;
    private final Random random;
    private final BiConsumer<Member, Posted> posted;
    private long count;

    /** @param sinceNanos when the post was meant to begin */
    record Posted(String postId, long sinceNanos) {}

    /** @param posted told of every post that was answered 201 */
    Writing(
            CrowdDesk desk,
            List<Member> members,
            List<FollowGraph.Edge> edges,
            Random random,
            BiConsumer<Member, Posted> posted) {
        this.desk = desk;
        this.members = members;
        this.edges = edges;
        this.random = random;
        this.posted = posted;
    }

    /** Something, chosen at random; never fails. */
    Future<Reply> something(long sinceNanos) {
        int what = random.nextInt(100);
        if (what < 50) {
            return post(author(), sinceNanos);
        } else if (what < 62) {
            return edit(author(), sinceNanos);
        } else if (what < 70) {
            return delete(author(), sinceNanos);
        } else if (what < 82) {
            return follow(anybody(), author(), sinceNanos);
        } else if (what < 89) {
            return unfollow(anybody(), sinceNanos);
        }
        String relation = random.nextBoolean() ? "blocks" : "mutes";
        return what < 95 ? begin(relation, anybody(), sinceNanos) : end(relation, anybody(), sinceNanos);
    }

    /** Whoever is followed more posts more: half of all posts are by the author of any follow. */
    private Member author() {
        return random.nextBoolean()
                ? anybody()
                : members.get(edges.get(random.nextInt(edges.size())).author());
    }

    private Member anybody() {
        return members.get(random.nextInt(members.size()));
    }

    private Future<Reply> post(Member author, long sinceNanos) {
        return send(CrowdCall.POST, sinceNanos, author, HttpMethod.POST, "/posts", content(), reply -> {
            String postId = reply.json().getString("postId");
            author.posts().add(postId);
            posted.accept(author, new Posted(postId, sinceNanos));
        });
    }

    private Future<Reply> edit(Member author, long sinceNanos) {
        if (author.posts().isEmpty()) {
            return post(author, sinceNanos);
        }
        String path =
                "/posts/" + author.posts().get(random.nextInt(author.posts().size()));
        // Now and then by somebody else, who isn't to be let.
        Member by = random.nextInt(20) == 0 ? anybody() : author;
        return send(CrowdCall.EDIT, sinceNanos, by, HttpMethod.PUT, path, content(), reply -> {});
    }

    private Future<Reply> delete(Member author, long sinceNanos) {
        if (author.posts().isEmpty()) {
            return post(author, sinceNanos);
        }
        int which = random.nextInt(author.posts().size());
        // Now and then it stays among those that are edited and deleted, as with two devices.
        String postId = random.nextInt(5) == 0
                ? author.posts().get(which)
                : author.posts().remove(which);
        return send(CrowdCall.DELETE, sinceNanos, author, HttpMethod.DELETE, "/posts/" + postId, null, reply -> {});
    }

    /** Also of those one follows already, and of oneself. */
    private Future<Reply> follow(Member follower, Member author, long sinceNanos) {
        return send(
                CrowdCall.FOLLOW,
                sinceNanos,
                follower,
                HttpMethod.PUT,
                "/users/" + author.name() + "/followers",
                new JsonObject(),
                reply -> follower.follow(author));
    }

    /** One of the graph that there is at the beginning. */
    Future<Reply> follow(FollowGraph.Edge edge, String key) {
        Member follower = members.get(edge.follower());
        Member author = members.get(edge.author());
        Write write = new Write(
                CrowdCall.FOLLOW,
                System.nanoTime(),
                follower,
                HttpMethod.PUT,
                "/users/" + author.name() + "/followers",
                key,
                "{}");
        return desk.untilFinal(write).onSuccess(reply -> {
            if (reply.status() == 200) {
                follower.follow(author);
            }
        });
    }

    private Future<Reply> unfollow(Member follower, long sinceNanos) {
        Member author = Member.any(follower.follows(), random);
        Member whom = author == null ? anybody() : author;
        String path = "/users/" + whom.name() + "/followers/" + follower.name();
        return send(
                CrowdCall.UNFOLLOW,
                sinceNanos,
                follower,
                HttpMethod.DELETE,
                path,
                null,
                reply -> follower.unfollow(whom));
    }

    /** Mostly of somebody one has to do with. */
    private Future<Reply> begin(String relation, Member member, long sinceNanos) {
        Member near =
                random.nextBoolean() ? Member.any(member.follows(), random) : Member.any(member.followers(), random);
        Member whom = near == null ? anybody() : near;
        return send(
                kind(relation),
                sinceNanos,
                member,
                HttpMethod.PUT,
                "/users/" + member.name() + "/" + relation,
                new JsonObject().put("userId", whom.name()),
                reply -> member.apart().add(whom));
    }

    private Future<Reply> end(String relation, Member member, long sinceNanos) {
        Member near = Member.any(member.apart(), random);
        if (near == null) {
            return begin(relation, member, sinceNanos);
        }
        String path = "/users/" + member.name() + "/" + relation + "/" + near.name();
        return send(
                kind(relation),
                sinceNanos,
                member,
                HttpMethod.DELETE,
                path,
                null,
                reply -> member.apart().remove(near));
    }

    private static CrowdCall kind(String relation) {
        return relation.equals("blocks") ? CrowdCall.BLOCK : CrowdCall.MUTE;
    }

    private Future<Reply> send(
            CrowdCall kind,
            long sinceNanos,
            Member member,
            HttpMethod method,
            String path,
            @Nullable JsonObject body,
            Consumer<Reply> done) {
        String key = "crowd-" + Long.toHexString(random.nextLong());
        Write write = new Write(kind, sinceNanos, member, method, path, key, body == null ? "" : body.encode());
        int odd = random.nextInt(100);
        if (odd < 3) {
            // A double click.
            var unused = desk.once(write);
        }
        return desk.untilFinal(write).onSuccess(reply -> {
            if (reply.status() < 300) {
                done.accept(reply);
            }
            if (odd >= 3 && odd < 8) {
                // Sent again though it was answered: the same answer.
                var unused = desk.once(write);
            } else if (odd >= 8 && odd < 10 && body != null) {
                var unused = desk.once(
                        new Write(kind, sinceNanos, member, method, path, key, otherBody(kind, member, body)));
            }
        });
    }

    /** Something else of the same shape, for a key that was used. */
    private String otherBody(CrowdCall kind, Member member, JsonObject body) {
        return switch (kind) {
            case POST, EDIT -> content().encode();
            case FOLLOW -> new JsonObject().put("followerId", member.name()).encode();
            default -> body.copy().put("userId", anybody().name()).encode();
        };
    }

    /** Never the same twice, so that a stale one is seen to be. */
    private JsonObject content() {
        count++;
        String words = "Number " + count + ": the mill turns " + "on ".repeat(random.nextInt(12)) + "and on.";
        return new JsonObject().put("content", words);
    }
}
