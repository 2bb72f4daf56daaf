package dev.millrace.feed.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.feed.rules.PostBook;
import dev.millrace.feed.rules.PostRules;
import dev.millrace.feed.topics.v1.AuthorHead;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostClock;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.PostMade;
import dev.millrace.feed.topics.v1.PostState;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.WireSerde;
import dev.millrace.topics.v1.CommandMeta;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The posts of one partition's authors, in its store. */
final class PostBooks implements PostBook {
    private static final String STORE = PostTopology.STORE;
    private static final Bytes CLOCK = Bytes.wrap(new byte[] {'T'});
    private static final WireSerde<PostClock> CLOCKS = WireSerde.of(PostClock.getDefaultInstance());
    private static final WireSerde<AuthorHead> HEADS = WireSerde.of(AuthorHead.getDefaultInstance());
    private static final WireSerde<PostState> POSTS = WireSerde.of(PostState.getDefaultInstance());
    private static final WireSerde<PostMade> MADE = WireSerde.of(PostMade.getDefaultInstance());

    private final ReadOnlyKeyValueStore<Bytes, byte[]> store;

    PostBooks(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    @Override
    public long newestPostId() {
        return clock().getNewestPostId();
    }

    private PostClock clock() {
        byte[] stored = store.get(CLOCK);
        return stored == null ? PostClock.getDefaultInstance() : CLOCKS.decode(STORE, stored);
    }

    /** Newest id given up to this offset, 0 if none was; empty if more have come since than the clock tells. */
    OptionalLong newestPostIdAt(long offset) {
        PostClock clock = clock();
        if (clock.getNewestPostId() == 0 || clock.getOffset() <= offset) {
            return OptionalLong.of(clock.getNewestPostId());
        }
        return clock.getPreviousPostId() == 0 || clock.getPreviousOffset() <= offset
                ? OptionalLong.of(clock.getPreviousPostId())
                : OptionalLong.empty();
    }

    @Override
    public AuthorHead author(String authorId) {
        byte[] stored = store.get(UserKeys.of('H', authorId));
        return stored == null ? AuthorHead.getDefaultInstance() : HEADS.decode(STORE, stored);
    }

    @Override
    public @Nullable PostState post(String authorId, long postId) {
        byte[] stored = store.get(key(authorId, postId));
        return stored == null ? null : POSTS.decode(STORE, stored);
    }

    @Override
    public @Nullable PostMade made(CommandId commandId) {
        byte[] stored = store.get(madeKey(commandId));
        return stored == null ? null : MADE.decode(STORE, stored);
    }

    /** Author of a post of this partition; null if there is no such post. */
    @Nullable String authorOf(long postId) {
        byte[] stored = store.get(UserKeys.of('I', postId));
        return stored == null ? null : new String(stored, UTF_8);
    }

    /** Posts of the partition with larger ids than this, oldest first; to be read by {@link #authorIn}. */
    KeyValueIterator<Bytes, byte[]> madeAfter(long postId) {
        return store.range(UserKeys.of('I', postId + 1), UserKeys.of('I', Long.MAX_VALUE));
    }

    static String authorIn(KeyValue<Bytes, byte[]> made) {
        return new String(made.value, UTF_8);
    }

    /** Posts of an author with ids from the newer down to the older one, both included. */
    KeyValueIterator<Bytes, byte[]> newestFirst(String authorId, long newer, long older) {
        return store.range(key(authorId, newer), key(authorId, older));
    }

    /** Posts of an author with ids from the older up to the newer one, both included. */
    KeyValueIterator<Bytes, byte[]> oldestFirst(String authorId, long older, long newer) {
        return store.reverseRange(key(authorId, newer), key(authorId, older));
    }

    static PostState in(KeyValue<Bytes, byte[]> entry) {
        return POSTS.decode(STORE, entry.value);
    }

    /**
     * Brings a fact in: what names the newest first, then the post, so that a reader who finds nothing newer than the
     * position it began at has read one moment.
     */
    static void apply(KeyValueStore<Bytes, byte[]> store, PostFact fact, CommandMeta by) {
        PostBooks before = new PostBooks(store);
        String authorId = fact.getAuthorId();
        Post post = PostRules.postIn(fact);
        if (fact.hasPostCreated()) {
            PostClock clock = before.clock();
            PostClock next = PostClock.newBuilder()
                    .setNewestPostId(post.getPostId())
                    .setOffset(fact.getPosition().getOffset())
                    .setPreviousPostId(clock.getNewestPostId())
                    .setPreviousOffset(clock.getOffset())
                    .build();
            store.put(CLOCK, CLOCKS.encode(next));
        }
        AuthorHead head = PostRules.after(before.author(authorId), fact);
        store.put(UserKeys.of('H', authorId), HEADS.encode(head));
        PostState known = before.post(authorId, post.getPostId());
        long offset = fact.getPosition().getOffset();
        PostState state = PostState.newBuilder()
                .setPost(post)
                .setCreatedOffset(known == null ? offset : known.getCreatedOffset())
                .setChangedOffset(offset)
                .build();
        store.put(key(authorId, post.getPostId()), POSTS.encode(state));
        if (fact.hasPostCreated()) {
            store.put(UserKeys.of('I', post.getPostId()), authorId.getBytes(UTF_8));
            PostMade made = PostMade.newBuilder()
                    .setAuthorId(authorId)
                    .setPostId(post.getPostId())
                    .setBodyHash(by.getBodyHash())
                    .build();
            store.put(madeKey(CommandId.of(by.getCommandId())), MADE.encode(made));
        }
    }

    /** Inverted, so that an author's newest post comes first. */
    private static Bytes key(String authorId, long postId) {
        return UserKeys.of('B', authorId, ~postId);
    }

    private static Bytes madeKey(CommandId commandId) {
        return Bytes.wrap(ByteBuffer.allocate(1 + CommandId.BYTES)
                .put((byte) 'C')
                .put(commandId.bytes().asReadOnlyByteBuffer())
                .array());
    }
}
