package dev.millrace.feed.streams.timeline;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.feed.streams.timeline.PartitionTimelines.LeftBlock;
import dev.millrace.feed.streams.timeline.TimelineSnapshotReader.Restored;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.TimelineQuestion;
import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.topics.WireSerde;
import dev.millrace.topics.v1.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timelines of a partition as a Kafka Streams store that is restored from the topic it follows: what it has saved is
 * a snapshot with its offset, and the rest is read again. A snapshot that can't be relied on is refused, and the whole
 * topic is read.
 *
 * <p>It is asked as other stores are, by key: {@code P} for how far it is, and {@code T} with a question for a part of a
 * timeline.
 */
final class TimelineStore implements StateStore, ReadOnlyKeyValueStore<Bytes, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(TimelineStore.class);
    private static final WireSerde<Progress> PROGRESSES = WireSerde.of(Progress.getDefaultInstance());
    private static final byte PROGRESS = 'P';
    private static final byte TIMELINE = 'T';
    private static final long NOTHING = -1;

    private final String name;
    private final TimelineSettings settings;
    private final Executor background;
    private final TimelineRecords records = new TimelineRecords();
    private final List<LeftBlock> left = new ArrayList<>();
    private volatile PartitionTimelines timelines;
    private volatile boolean open;
    private volatile long included = NOTHING;
    private volatile long saved = NOTHING;
    private CompletableFuture<Void> saving = CompletableFuture.completedFuture(null);
    private Path directory = Path.of("");
    private long savedAtNanos = System.nanoTime();
    private boolean changedSinceCommit;

    /** @param background where snapshots are written */
    TimelineStore(String name, TimelineSettings settings, Executor background) {
        this.name = name;
        this.settings = settings;
        this.background = background;
        this.timelines = new PartitionTimelines(settings.readersMax());
    }

    static Bytes progressKey() {
        return Bytes.wrap(new byte[] {PROGRESS});
    }

    static Bytes key(TimelineQuestion question) {
        byte[] bytes = question.toByteArray();
        return Bytes.wrap(
                ByteBuffer.allocate(1 + bytes.length).put(TIMELINE).put(bytes).array());
    }

    /** Offset of the newest record in the store behind this view, -1 if it has none. */
    static long included(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        byte[] progress = store.get(progressKey());
        return progress == null
                ? NOTHING
                : PROGRESSES.decode("progress", progress).getOffset();
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        directory = context.stateDir().toPath().resolve(name);
        try {
            Files.createDirectories(directory);
            readSnapshot();
        } catch (IOException e) {
            throw new ProcessorStateException(name + ": snapshot not read from " + directory, e);
        }
        context.register(root, (key, value) -> restore(value));
        open = true;
    }

    /** Takes in one record of the topic, and says how many timelines got a post; one that is in already changes nothing. */
    int apply(TimelineRecord record, long offset) {
        if (offset <= included) {
            return 0;
        }
        changedSinceCommit = true;
        int delivered = TimelineChange.of(record).applyTo(timelines, left::add);
        included = offset;
        return delivered;
    }

    /** What has had to leave since this was last asked. */
    List<LeftBlock> takeLeft() {
        List<LeftBlock> taken = List.copyOf(left);
        left.clear();
        return taken;
    }

    int readers() {
        return timelines.readers();
    }

    long bytes() {
        return timelines.bytes();
    }

    long includedOffset() {
        return included;
    }

    /** What is unreadable was a dead letter when it was met first. */
    private void restore(byte @Nullable [] value) {
        TimelineRecord record;
        try {
            record = records.deserialize(FeedTopics.TIMELINE_PAGES.name(), value);
        } catch (SerializationException e) {
            LOG.atDebug().addKeyValue("why", e.getMessage()).log("passed over while restoring");
            return;
        }
        changedSinceCommit = true;
        // What leaves now has left before the offset to restore up to was committed.
        TimelineChange.of(record).applyTo(timelines, nowhere -> {});
    }

    @Override
    public void commit(Map<TopicPartition, Long> offsets) {
        if (offsets.isEmpty()) {
            forget();
            return;
        }
        changedSinceCommit = false;
        for (@Nullable Long offset : offsets.values()) {
            included = Math.max(included, offset == null ? NOTHING : offset);
        }
        if (saving.isDone()) {
            requireSaved();
            long now = System.nanoTime();
            if (included > saved
                    && now - savedAtNanos >= settings.snapshotEvery().toNanos()) {
                savedAtNanos = now;
                PartitionTimelines toSave = timelines;
                long offset = included;
                saving = CompletableFuture.runAsync(() -> save(toSave, offset), background);
            }
        }
    }

    @Override
    public @Nullable Long committedOffset(TopicPartition partition) {
        return saved == NOTHING ? null : saved;
    }

    /** Deprecated only because one day every store must. */
    @Override
    @SuppressWarnings("deprecation")
    public boolean managesOffsets() {
        return true;
    }

    /** Saves what has been committed; what a task had begun when it failed isn't. */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        requireSaved();
        if (!changedSinceCommit && included > saved) {
            save(timelines, included);
        }
        timelines = new PartitionTimelines(settings.readersMax());
    }

    private void requireSaved() {
        try {
            saving.join();
        } catch (CompletionException e) {
            saving = CompletableFuture.completedFuture(null);
            throw new ProcessorStateException(name + ": no snapshot in " + directory, e);
        }
    }

    private void save(PartitionTimelines toSave, long offset) {
        long begun = System.nanoTime();
        try {
            TimelineSnapshot.write(directory, toSave, offset);
        } catch (IOException e) {
            throw new ProcessorStateException(name + ": no snapshot in " + directory, e);
        }
        saved = offset;
        LOG.atInfo()
                .addKeyValue("directory", directory)
                .addKeyValue("offset", offset)
                .addKeyValue("readers", toSave.readers())
                .addKeyValue("millis", (System.nanoTime() - begun) / 1_000_000)
                .log("timelines saved");
    }

    private void readSnapshot() throws IOException {
        try {
            Restored restored = TimelineSnapshotReader.read(directory, settings.readersMax())
                    .orElse(null);
            timelines = restored == null ? new PartitionTimelines(settings.readersMax()) : restored.timelines();
            saved = restored == null ? NOTHING : restored.offset();
        } catch (TimelineSnapshotReader.Broken e) {
            LOG.atError().addKeyValue("why", e.getMessage()).log("snapshot refused, the topic is read from its start");
            TimelineSnapshot.delete(directory);
            timelines = new PartitionTimelines(settings.readersMax());
            saved = NOTHING;
        }
        included = saved;
    }

    /** The topic doesn't go back to the snapshot's offset any more. */
    private void forget() {
        requireSaved();
        try {
            TimelineSnapshot.delete(directory);
        } catch (IOException e) {
            throw new ProcessorStateException(name + ": snapshot not deleted from " + directory, e);
        }
        timelines = new PartitionTimelines(settings.readersMax());
        saved = NOTHING;
        included = NOTHING;
    }

    @Override
    public byte @Nullable [] get(Bytes key) {
        byte[] asked = key.get();
        if (asked[0] == PROGRESS) {
            return PROGRESSES.encode(Progress.newBuilder().setOffset(included).build());
        }
        try {
            TimelineQuestion question = TimelineQuestion.parser().parseFrom(asked, 1, asked.length - 1);
            return TimelineViews.view(timelines, question).toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("key of " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
        throw new UnsupportedOperationException(name + " has no ranges");
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
        throw new UnsupportedOperationException(name + " has no ranges");
    }

    @Override
    public long approximateNumEntries() {
        return timelines.readers();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean persistent() {
        return true;
    }

    @Override
    public boolean isOpen() {
        return open;
    }
}
