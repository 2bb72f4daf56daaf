package dev.millrace.feed.serving;

import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.topics.v1.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One user with live sockets: whose posts they see, as of a version of their list that every fact about it takes one
 * further. Belongs to one thread.
 */
final class LiveReader {
    private final String id;
    private final Set<LiveFeedSocket> sockets = new LinkedHashSet<>();
    private final Set<String> authors = new HashSet<>();
    /** Facts that came while the list was being read. */
    private final List<FollowFact> meanwhile = new ArrayList<>();
    /** Authors who may be seen now, and the version that made it worth asking. */
    private final Map<String, Long> asked = new HashMap<>();

    private boolean loaded;
    private long version;
    /** Up to where the list includes this reader's commands; before the first of a partition it has no position. */
    private Position position = Position.newBuilder().setOffset(-1).build();

    /** What a fact may do to what is seen. */
    sealed interface Effect {}

    /** Nothing: it is about something else, or known already. */
    record None() implements Effect {}

    /** This author isn't seen any more. */
    record Hides(String authorId) implements Effect {}

    /** This author may be seen now, unless something else hides them: their owner's answer tells. */
    record MayShow(String authorId) implements Effect {}

    /** A fact is missing: the list has to be read again. */
    record Gap() implements Effect {}

    LiveReader(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    Set<LiveFeedSocket> sockets() {
        return sockets;
    }

    Set<String> authors() {
        return authors;
    }

    boolean isLoaded() {
        return loaded;
    }

    /** The list as of this moment; facts that came meanwhile are given back, to be taken now. */
    List<FollowFact> load(long bookVersion, Position at) {
        version = bookVersion;
        position = at;
        loaded = true;
        List<FollowFact> since = List.copyOf(meanwhile);
        meanwhile.clear();
        return since;
    }

    /** The list has to be read again. */
    void unload() {
        loaded = false;
        asked.clear();
    }

    Effect take(FollowFact fact) {
        if (fact.hasFollowAcknowledged()) {
            return new None();
        }
        if (!loaded) {
            meanwhile.add(fact);
            return new None();
        }
        if (fact.getBookVersion() <= version) {
            return new None();
        }
        if (fact.getBookVersion() > version + 1) {
            return new Gap();
        }
        version = fact.getBookVersion();
        position = fact.getPosition();
        Effect effect = effect(fact);
        if (effect instanceof MayShow mayShow) {
            asked.put(mayShow.authorId(), version);
        } else if (effect instanceof Hides hides) {
            asked.remove(hides.authorId());
        }
        return effect;
    }

    /** Whether the answer to this version's question still counts: no later fact hides the author. */
    boolean isStillAsked(String authorId, long askedAtVersion) {
        return asked.remove(authorId, askedAtVersion);
    }

    long version() {
        return version;
    }

    Position position() {
        return position;
    }

    private static Effect effect(FollowFact fact) {
        return switch (fact.getKindCase()) {
            case FOLLOWED -> new MayShow(fact.getFollowed().getAuthorId());
            case UNFOLLOWED -> new Hides(fact.getUnfollowed().getAuthorId());
            case USER_BLOCKED -> of(fact.getUserBlocked());
            case USER_UNBLOCKED -> of(fact.getUserUnblocked());
            case USER_MUTED -> of(fact.getUserMuted());
            case USER_UNMUTED -> of(fact.getUserUnmuted());
            case BLOCK_LEARNED -> of(fact.getBlockLearned());
            case FOLLOW_ACKNOWLEDGED, KIND_NOT_SET -> new None();
        };
    }

    private static Effect of(Relation relation) {
        return relation.getBlocks() || relation.getMutes() || relation.getBlockedBy()
                ? new Hides(relation.getUserId())
                : new MayShow(relation.getUserId());
    }
}
