package dev.millrace.feed.streams;

import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.AudienceFact;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.PushPost;
import dev.millrace.feed.topics.v1.PushedUpTo;
import dev.millrace.feed.topics.v1.PushingEnded;
import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.streams.owner.CommandMemory;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.OwnedPartitions;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Takes in edges and posts in the order they come, says of each edge which posts came before it, and sends each post to
 * the pages of the author's followers, unless the author is hot.
 */
final class AudienceProcessor implements Processor<String, Object, String, Object> {
    private final OwnedPartitions partitions;
    private final FanOutSettings settings;
    private @Nullable Task task;
    private @Nullable Cancellable waking;
    /** What was said to be with the readers, and when. */
    private long said;

    private long saidAtMillis;

    /** What belongs to one run of the task, and ends with it. */
    private record Task(
            ProcessorContext<String, Object> context,
            AudienceBooks books,
            CommandMemory memory,
            FanOut fanOut,
            AuthorModes modes,
            int partition,
            OwnedPartition owned) {}

    AudienceProcessor(OwnedPartitions partitions, FanOutSettings settings) {
        this.partitions = partitions;
        this.settings = settings;
    }

    /** Called again when a task is revived. */
    @Override
    public void init(ProcessorContext<String, Object> context) {
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(AudienceTopology.STORE);
        CommandMemory memory = new CommandMemory(store);
        int partition = context.taskId().partition();
        OwnedPartition owned = partitions.open(partition, memory.progress().getOffset());
        FanOut fanOut = new FanOut(store, (to, post) -> push(context, to, post));
        Task begun = new Task(
                context,
                new AudienceBooks(store),
                memory,
                fanOut,
                new AuthorModes(store, settings.heat()),
                partition,
                owned);
        task = begun;
        said = 0;
        waking = null;
        wake(begun);
    }

    @Override
    public void process(Record<String, Object> record) {
        Task here = task;
        if (here == null) {
            throw new IllegalStateException("a record before init");
        }
        if (record.value() instanceof PostFact post) {
            post(here, record, post);
        } else if (record.value() instanceof AudienceChange change) {
            take(here, record, change);
        } else {
            throw new IllegalStateException("a record of " + record.value().getClass() + " (expected: one of ours)");
        }
        here.fanOut().step(settings.pagesPerRecord());
        wake(here);
    }

    /** Only while there is something to do: whoever wakes up has something to commit, in Kafka Streams' eyes. */
    private void wake(Task here) {
        if (waking == null && somethingToDo(here)) {
            waking = here.context()
                    .schedule(settings.tick(), PunctuationType.WALL_CLOCK_TIME, nowMillis -> goOn(here, nowMillis));
        }
    }

    private void goOn(Task here, long nowMillis) {
        here.fanOut().step(settings.pagesPerTick());
        if (nowMillis - saidAtMillis >= settings.sayEvery().toMillis()) {
            saidAtMillis = nowMillis;
            say(here);
        }
        Cancellable awake = waking;
        if (awake != null && !somethingToDo(here)) {
            awake.cancel();
            waking = null;
        }
    }

    private boolean somethingToDo(Task here) {
        return here.fanOut().waiting() > 0 || here.fanOut().pushedUpTo() > said;
    }

    private void post(Task here, Record<String, Object> record, PostFact fact) {
        if (!here.books().posted(fact.getAuthorId(), fact.getSequence())) {
            return;
        }
        // A deleted post goes on to everybody: a page as of a moment before that has it still.
        if (fact.hasPostCreated()) {
            created(here, record, fact.getAuthorId(), fact.getPostCreated().getPostId());
        }
    }

    private void created(Task here, Record<String, Object> record, String authorId, long postId) {
        Long unsent = here.fanOut().oldestPendingPost(authorId);
        here.modes()
                .posting(authorId, here.books().followers(authorId), postId, unsent == null ? postId : unsent)
                .ifPresent(mode ->
                        here.context().forward(record.withKey(authorId).withValue(mode), AudienceTopology.MODES));
        here.fanOut().newest(postId);
        if (!here.modes().hot(authorId)) {
            here.fanOut().posted(authorId, postId, settings.pagesPerRecord());
        }
    }

    private static void push(ProcessorContext<String, Object> context, int partition, PushPost post) {
        TimelineRecord value = TimelineRecord.newBuilder().setPushPost(post).build();
        context.forward(
                new Record<>(
                        post.getAuthorId(),
                        new AudienceTopology.Addressed(partition, value),
                        context.currentSystemTimeMs()),
                AudienceTopology.PAGES);
    }

    /** Tells every partition of readers what is with them, if that is more than was said before. */
    private void say(Task here) {
        if (here.fanOut().pushedUpTo() <= said) {
            return;
        }
        said = here.fanOut().pushedUpTo();
        TimelineRecord value = TimelineRecord.newBuilder()
                .setPushedUpTo(PushedUpTo.newBuilder()
                        .setAuthorPartition(here.partition())
                        .setPostId(said)
                        .setNewestModeChange(here.modes().newestChange()))
                .build();
        here.context()
                .forward(
                        new Record<>(
                                "",
                                new AudienceTopology.Addressed(AudienceTopology.EVERYWHERE, value),
                                here.context().currentSystemTimeMs()),
                        AudienceTopology.PAGES);
    }

    private static void take(Task here, Record<String, Object> record, AudienceChange change) {
        AudienceBooks.Changed changed = here.books().changed(change);
        if (changed.followers() > 0) {
            here.fanOut().readerCame(change.getAuthorId(), change.getReaderPartition(), change.getReaderOrdinal());
        } else if (changed.followers() < 0) {
            here.fanOut().readerWent(change.getAuthorId(), change.getReaderPartition(), change.getReaderOrdinal());
            here.context().forward(record.withValue(pushingEnded(change)), AudienceTopology.PAGES);
        }
        AudienceFact fact = AudienceFact.newBuilder()
                .setChange(change)
                .setPostSequence(changed.postSequence())
                // 0 would say that nothing is pushed.
                .setNewestPostId(Math.max(1, here.fanOut().newest()))
                .build();
        long offset = here.context().recordMetadata().orElseThrow().offset();
        here.memory().done(offset, true);
        here.owned().decided(offset);
        here.context().forward(record.withKey(change.getAuthorId()).withValue(fact), AudienceTopology.FACTS);
    }

    private static AudienceTopology.Addressed pushingEnded(AudienceChange change) {
        return new AudienceTopology.Addressed(
                change.getReaderPartition(),
                TimelineRecord.newBuilder()
                        .setPushingEnded(PushingEnded.newBuilder()
                                .setReaderOrdinal(change.getReaderOrdinal())
                                .setFollowsOffset(change.getPosition().getOffset()))
                        .build());
    }

    @Override
    public void close() {
        if (task != null) {
            partitions.close(task.partition(), task.owned());
        }
    }
}
