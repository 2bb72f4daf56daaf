package dev.millrace.feed.serving;

import dev.millrace.feed.serving.LiveReader.Effect;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.feed.topics.v1.RelationView;
import dev.millrace.serving.CommittedTail;
import dev.millrace.serving.LiveConnection;
import dev.millrace.serving.LiveThread;
import dev.millrace.serving.OwnerAnswers.Said;
import dev.millrace.topics.v1.Position;
import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Committed facts of posts to the sockets of those who see their authors: after a socket's {@code ready} it is told of
 * everything that a read would show, or to read again.
 *
 * <p>All of it happens on one thread of its own, so a post of an author whom everybody here follows delays neither
 * requests nor anybody's joining for longer than its sending takes.
 */
final class LiveFeeds implements AutoCloseable {
    /** Windows one user may have open. */
    private static final int SOCKETS_PER_USER_MAX = 20;

    private final FeedOwners owners;
    private final Followings followings;
    private final Predicate<String> closed;
    private final Counter resyncs;
    private final int edgesMax;

    private final LiveThread own = new LiveThread("live-feeds");
    private final Map<String, LiveReader> readers = new HashMap<>();
    private final Map<String, Set<LiveReader>> byAuthor = new HashMap<>();
    /** Up to where posts and follows have been taken in, by partition. */
    private final Map<Integer, Position> newestPosts = new HashMap<>();

    private final Map<Integer, Position> newestFollows = new HashMap<>();

    private int edges;

    LiveFeeds(FeedOwners owners, Followings followings, Predicate<String> closed, Counter resyncs, int edgesMax) {
        this.owners = owners;
        this.followings = followings;
        this.closed = closed;
        this.resyncs = resyncs;
        this.edgesMax = edgesMax;
    }

    CommittedTail.Follower<PostFact> posts() {
        return own.following(facts -> facts.forEach(this::take));
    }

    CommittedTail.Follower<FollowFact> follows() {
        return own.following(facts -> facts.forEach(this::take));
    }

    /** Takes a socket in; what is given back is to be done once it has closed. */
    Runnable seat(LiveConnection connection) {
        String user = connection.user();
        LiveFeedSocket socket = new LiveFeedSocket(connection, resyncs, () -> begin("resync", readers.get(user)));
        own.execute(() -> join(user, socket));
        connection.whenRoom(() -> own.execute(socket::catchUp));
        return () -> own.execute(() -> leave(user, socket));
    }

    private void join(String user, LiveFeedSocket socket) {
        if (socket.isClosed()) {
            return;
        }
        LiveReader known = readers.get(user);
        if (known == null) {
            LiveReader reader = new LiveReader(user);
            readers.put(user, reader);
            reader.sockets().add(socket);
            load(reader);
        } else if (known.sockets().size() >= SOCKETS_PER_USER_MAX) {
            socket.turnAway("too many windows");
        } else {
            known.sockets().add(socket);
            if (known.isLoaded()) {
                socket.begin(begin("ready", known));
            }
        }
    }

    private String begin(String type, @Nullable LiveReader reader) {
        List<Position> positions = new ArrayList<>(newestPosts.values());
        if (reader != null && reader.position().getOffset() >= 0) {
            positions.add(reader.position());
        }
        return LiveFeedJson.begin(type, positions);
    }

    private void leave(String user, LiveFeedSocket socket) {
        LiveReader reader = readers.get(user);
        if (reader != null
                && reader.sockets().remove(socket)
                && reader.sockets().isEmpty()) {
            forget(reader);
        }
    }

    private void forget(LiveReader reader) {
        readers.remove(reader.id(), reader);
        hideAll(reader);
    }

    /** With all that has been taken in: what comes later will be heard of. */
    private void load(LiveReader reader) {
        Asked asked = new Asked(reader.id(), List.copyOf(newestFollows.values()));
        var unused = owners.partitions()
                .compose(partitions -> followings.of(reader.id(), partitions, asked))
                .onComplete(read -> own.execute(() -> {
                    if (readers.get(reader.id()) != reader) {
                        return;
                    }
                    if (read.succeeded()) {
                        loaded(reader, read.result());
                    } else {
                        sendAway(reader);
                    }
                }));
    }

    private void loaded(LiveReader reader, Following following) {
        hideAll(reader);
        if (edges + following.authors() > edgesMax) {
            turnAway(reader);
            return;
        }
        following.byPartition().values().forEach(authors -> authors.forEach(author -> show(reader, author.id())));
        List<FollowFact> meanwhile = reader.load(following.bookVersion(), following.position());
        String text = begin("ready", reader);
        reader.sockets().forEach(socket -> socket.begin(text));
        meanwhile.forEach(fact -> apply(reader, fact));
    }

    private void turnAway(LiveReader reader) {
        forget(reader);
        reader.sockets().forEach(socket -> socket.turnAway("no room for another list"));
    }

    /** Its windows come again, and the list is read anew. */
    private void sendAway(LiveReader reader) {
        forget(reader);
        reader.sockets().forEach(LiveFeedSocket::goAway);
    }

    private void take(PostFact fact) {
        reached(newestPosts, fact.getPosition());
        Set<LiveReader> seeing = byAuthor.get(fact.getAuthorId());
        if (seeing == null || (closed.test(fact.getAuthorId()) && !fact.hasPostDeleted())) {
            return;
        }
        String text = LiveFeedJson.of(fact);
        seeing.forEach(reader -> tell(reader, text));
    }

    private static void reached(Map<Integer, Position> newest, Position position) {
        newest.merge(
                position.getPartition(), position, (one, other) -> one.getOffset() < other.getOffset() ? other : one);
    }

    private void take(FollowFact fact) {
        reached(newestFollows, fact.getPosition());
        LiveReader reader = readers.get(fact.getReaderId());
        if (reader != null) {
            apply(reader, fact);
        }
    }

    private void apply(LiveReader reader, FollowFact fact) {
        Effect effect = reader.take(fact);
        if (effect instanceof LiveReader.Hides hides) {
            if (hide(reader, hides.authorId())) {
                tell(reader, LiveFeedJson.author(false, hides.authorId(), fact.getPosition()));
            }
        } else if (effect instanceof LiveReader.MayShow mayShow) {
            ask(reader, mayShow.authorId(), fact);
        } else if (effect instanceof LiveReader.Gap) {
            reader.unload();
            load(reader);
        }
    }

    /** Whether somebody who is followed, or hidden no longer, is seen: what else there is between them decides. */
    private void ask(LiveReader reader, String authorId, FollowFact fact) {
        long version = reader.version();
        Asked asked = new Asked(reader.id(), List.of(fact.getPosition()));
        var unused = owners.relation(reader.id(), authorId, asked)
                .onComplete(said -> own.execute(() -> {
                    if (readers.get(reader.id()) != reader || !reader.isStillAsked(authorId, version)) {
                        return;
                    }
                    if (said.failed()) {
                        sendAway(reader);
                    } else if (isSeen(said.result())) {
                        appear(reader, authorId, fact.getPosition());
                    }
                }));
    }

    private void appear(LiveReader reader, String authorId, Position position) {
        if (edges >= edgesMax) {
            turnAway(reader);
        } else if (show(reader, authorId)) {
            tell(reader, LiveFeedJson.author(true, authorId, position));
        }
    }

    private static boolean isSeen(Said<RelationView> said) {
        Relation relation = said.value().map(RelationView::getRelation).orElseGet(Relation::getDefaultInstance);
        return said.value().filter(RelationView::hasEdge).isPresent()
                && !relation.getBlocks()
                && !relation.getMutes()
                && !relation.getBlockedBy();
    }

    /** @return whether that is new */
    private boolean show(LiveReader reader, String authorId) {
        if (!reader.authors().add(authorId)) {
            return false;
        }
        byAuthor.computeIfAbsent(authorId, unseen -> new HashSet<>()).add(reader);
        edges++;
        return true;
    }

    /** @return whether that is new */
    private boolean hide(LiveReader reader, String authorId) {
        if (!reader.authors().remove(authorId)) {
            return false;
        }
        byAuthor.computeIfPresent(authorId, (author, seeing) -> {
            seeing.remove(reader);
            return seeing.isEmpty() ? null : seeing;
        });
        edges--;
        return true;
    }

    private void hideAll(LiveReader reader) {
        List.copyOf(reader.authors()).forEach(author -> hide(reader, author));
    }

    private static void tell(LiveReader reader, String text) {
        reader.sockets().forEach(socket -> socket.tell(text));
    }

    /** Nothing happens in a closed account's name; its windows are told. */
    void expelClosedAccounts() {
        own.execute(() -> readers.values().stream()
                .filter(reader -> closed.test(reader.id()))
                .toList()
                .forEach(reader -> {
                    forget(reader);
                    reader.sockets().forEach(socket -> socket.expel("this account is closed"));
                }));
    }

    @Override
    public void close() {
        own.close();
    }
}
