package dev.millrace.feed.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.UnsafeByteOperations;
import dev.millrace.feed.rules.fanout.AudienceIndex;
import dev.millrace.feed.rules.fanout.AudiencePages.Page;
import dev.millrace.feed.rules.fanout.Expansion;
import dev.millrace.feed.rules.fanout.Expansion.Place;
import dev.millrace.feed.topics.v1.PendingPost;
import dev.millrace.feed.topics.v1.PushPost;
import dev.millrace.topics.WireSerde;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Sends the posts of one partition's authors to the pages of their followers. What a step doesn't get done waits in the
 * store with the place to go on from; authors who wait take turns, so that a post to millions delays nobody else's. An
 * author's posts go one after the other, the oldest first. Made anew from the store whenever its task begins.
 */
final class FanOut {
    /** Pages an author's turn sends while others wait. */
    private static final int PAGES_PER_TURN = 8;

    private static final char PENDING = 'W';
    private static final char TURN = 'Q';
    private static final Bytes NEWEST = Bytes.wrap(new byte[] {'N'});
    private static final WireSerde<PendingPost> PENDINGS = WireSerde.of(PendingPost.getDefaultInstance());

    private final KeyValueStore<Bytes, byte[]> store;
    private final Pushes pushes;
    private final AudienceIndex index = new AudienceIndex();
    /** The authors who wait, by number of their turn; as in the store. */
    private final TreeMap<Long, String> turns = new TreeMap<>();
    /** The posts that wait; as in the store. */
    private final TreeSet<Long> pending = new TreeSet<>();

    private long newest;

    /** Where pages go. */
    @FunctionalInterface
    interface Pushes {
        /** @param partition of the readers' timelines */
        void push(int partition, PushPost post);
    }

    FanOut(KeyValueStore<Bytes, byte[]> store, Pushes pushes) {
        this.store = store;
        this.pushes = pushes;
        try (KeyValueIterator<Bytes, byte[]> waiting = store.prefixScan(new byte[] {TURN}, new ByteArraySerializer())) {
            while (waiting.hasNext()) {
                KeyValue<Bytes, byte[]> turn = waiting.next();
                long number = ByteBuffer.wrap(turn.key.get()).getLong(1);
                turns.put(number, new String(turn.value, UTF_8));
            }
        }
        try (KeyValueIterator<Bytes, byte[]> posts =
                store.prefixScan(new byte[] {PENDING}, new ByteArraySerializer())) {
            while (posts.hasNext()) {
                pending.add(postIn(posts.next()));
            }
        }
        byte[] stored = store.get(NEWEST);
        newest = stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
    }

    void readerCame(String authorId, int partition, int ordinal) {
        index.add(new StoredPages(store, authorId), partition, ordinal);
    }

    void readerWent(String authorId, int partition, int ordinal) {
        index.remove(new StoredPages(store, authorId), partition, ordinal);
    }

    /** Every post of the partition up to this id is with everybody it is pushed to. */
    long pushedUpTo() {
        return pending.isEmpty() ? newest : pending.first() - 1;
    }

    /** Newest post of the partition that was taken in, 0 if none was. */
    long newest() {
        return newest;
    }

    /** Notes a post, whether it is sent or not. */
    void newest(long postId) {
        newest = Math.max(newest, postId);
        store.put(NEWEST, ByteBuffer.allocate(Long.BYTES).putLong(newest).array());
    }

    /** Begins to send a post; it goes at once if nobody waits and it takes no more than this many pages. */
    void posted(String authorId, long postId, int pagesMax) {
        Place place = Place.START;
        if (turns.isEmpty()) {
            Expansion.Step step = send(authorId, postId, place, pagesMax);
            if (step.next().isEmpty()) {
                return;
            }
            place = step.next().get();
        }
        if (oldestPending(authorId) == null) {
            takeTurn(authorId);
        }
        putPending(authorId, postId, place);
    }

    /** Sends at most this many pages of what waits, in turns. */
    void step(int pagesMax) {
        int rest = pagesMax;
        while (rest > 0 && !turns.isEmpty()) {
            Map.Entry<Long, String> turn = turns.firstEntry();
            String authorId = turn.getValue();
            int pages = turns.size() == 1 ? rest : Math.min(rest, PAGES_PER_TURN);
            // A turn of nothing counts too, so that a step is bounded.
            rest -= Math.max(1, sendOldest(authorId, pages));
            boolean more = oldestPending(authorId) != null;
            if (!more || turns.size() > 1) {
                store.delete(UserKeys.of(TURN, turn.getKey()));
                turns.remove(turn.getKey());
                if (more) {
                    takeTurn(authorId);
                }
            }
        }
    }

    /** How many authors have posts that wait. */
    int waiting() {
        return turns.size();
    }

    /** Oldest post of this author that isn't with everybody; null if all are. */
    @Nullable Long oldestPendingPost(String authorId) {
        KeyValue<Bytes, byte[]> oldest = oldestPending(authorId);
        return oldest == null ? null : postIn(oldest);
    }

    private int sendOldest(String authorId, int pagesMax) {
        KeyValue<Bytes, byte[]> oldest = oldestPending(authorId);
        if (oldest == null) {
            return 0;
        }
        long postId = postIn(oldest);
        PendingPost from = PENDINGS.decode(store.name(), oldest.value);
        Expansion.Step step = send(authorId, postId, new Place(from.getPartition(), from.getOrdinal()), pagesMax);
        if (step.next().isEmpty()) {
            store.delete(oldest.key);
            pending.remove(postId);
        } else {
            putPending(authorId, postId, step.next().get());
        }
        return step.pages().size();
    }

    private Expansion.Step send(String authorId, long postId, Place from, int pagesMax) {
        Expansion.Step step = Expansion.step(new StoredPages(store, authorId), from, pagesMax);
        PushPost.Builder push = PushPost.newBuilder().setAuthorId(authorId).setPostId(postId);
        for (Page page : step.pages()) {
            pushes.push(
                    page.partition(),
                    push.setReaders(UnsafeByteOperations.unsafeWrap(page.readers()))
                            .build());
        }
        return step;
    }

    private void takeTurn(String authorId) {
        long number = turns.isEmpty() ? 1 : turns.lastKey() + 1;
        turns.put(number, authorId);
        store.put(UserKeys.of(TURN, number), authorId.getBytes(UTF_8));
    }

    private void putPending(String authorId, long postId, Place place) {
        pending.add(postId);
        store.put(
                UserKeys.of(PENDING, authorId, postId),
                PENDINGS.encode(PendingPost.newBuilder()
                        .setPartition(place.partition())
                        .setOrdinal(place.ordinal())
                        .build()));
    }

    private @Nullable KeyValue<Bytes, byte[]> oldestPending(String authorId) {
        if (pending.isEmpty()) {
            // As after nearly every post: the store needn't be asked.
            return null;
        }
        try (KeyValueIterator<Bytes, byte[]> posts =
                store.range(UserKeys.of(PENDING, authorId, 0L), UserKeys.end(PENDING, authorId))) {
            return posts.hasNext() ? posts.next() : null;
        }
    }

    private static long postIn(KeyValue<Bytes, byte[]> entry) {
        byte[] key = entry.key.get();
        return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
    }
}
