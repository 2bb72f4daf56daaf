package dev.millrace.files.flink;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.millrace.files.chunks.Chunk;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.RejectionReason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads in, their chunks out, and at the end of each what it is as a whole. Keyed by upload. A few are read at a time,
 * a step each before ones that wait get their turn, on threads of their own, so that checkpoints pass; what a checkpoint
 * keeps is where each goes on.
 */
final class ReadOperator extends StoreOperator<SentChunk> implements OneInputStreamOperator<Uploaded, SentChunk> {
    static final OutputTag<ReadUpload> READ = new OutputTag<>("read", TypeInformation.of(ReadUpload.class));

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ReadOperator.class);
    private static final String PROGRESS = "progress";
    private static final int THREADS = 4;
    private static final int BATCHES_AHEAD = 2;
    /** Of those that wait, only ids are in memory. */
    private static final int WAITING_MAX = 10_000;

    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);
    private static final Duration AGAIN_AFTER_MAX = Duration.ofSeconds(30);

    private transient ScheduledExecutorService threads;
    /** One more for each upload that is read. */
    private transient ExecutorService aheadThreads;

    private transient Map<String, Reading> readings;
    private transient Deque<String> waiting;
    /** Whether an upload waits for a thread, for those that read. */
    private transient volatile boolean othersWait;

    private transient int running;
    private transient ValueState<Progress> progress;
    private transient Counter readBytes;
    private transient Counter failedSteps;

    /** An upload of which a step was begun in this life of the task. */
    private static final class Reading {
        private final UploadContent content;
        private final StepReader reader;
        private int failures;

        Reading(UploadContent content, long sizeBytes, Executor aheadThreads) {
            this.content = content;
            this.reader = new StepReader(content, sizeBytes, aheadThreads);
        }
    }

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    ReadOperator(ContentStore.Access access) {
        super(access);
    }

    @Override
    public void open() throws Exception {
        super.open();
        threads = Executors.newScheduledThreadPool(THREADS);
        aheadThreads = Executors.newCachedThreadPool();
        readings = new HashMap<>();
        waiting = new ArrayDeque<>();
        readBytes = getMetricGroup().counter("uploadBytesRead");
        failedSteps = getMetricGroup().counter("uploadStepsFailed");
        progress =
                getRuntimeContext().getState(new ValueStateDescriptor<>(PROGRESS, TypeInformation.of(Progress.class)));
        try (Stream<String> keys = this.<String>getKeyedStateBackend().getKeys(PROGRESS, VoidNamespace.INSTANCE)) {
            keys.forEach(waiting::add);
        }
        startMore();
    }

    @Override
    public void processElement(StreamRecord<Uploaded> element) throws Exception {
        Uploaded upload = element.getValue();
        if (progress.value() != null) {
            return;
        }
        progress.update(new Progress(upload.sizeBytes(), 0, 0));
        begin(upload.uploadId());
        while (waiting.size() > WAITING_MAX) {
            mailbox.yield();
        }
    }

    private void begin(String id) throws IOException {
        waiting.add(id);
        startMore();
    }

    private void startMore() throws IOException {
        while (running < THREADS && !waiting.isEmpty()) {
            String id = waiting.remove();
            setCurrentKey(id);
            Progress from = progress.value();
            Reading reading = readings.computeIfAbsent(id, first -> begun(first, from));
            running++;
            threads.execute(() -> step(id, reading, from));
        }
        othersWait = !waiting.isEmpty();
    }

    private Reading begun(String id, Progress from) {
        return new Reading(new UploadContent(store, FileIds.parse(id).orElseThrow()), from.sizeBytes(), aheadThreads);
    }

    /** On a thread of its own. */
    private void step(String id, Reading reading, Progress from) {
        try {
            RejectionReason problem = from.nextOffset() == 0 ? problemOf(reading.content, from) : null;
            if (problem == null && from.sizeBytes() > 0) {
                Semaphore ahead = new Semaphore(BATCHES_AHEAD);
                reading.reader.read(from.nextOffset(), () -> othersWait, (chunks, bytes, nextOffset) -> {
                    ahead.acquire();
                    mailbox.execute(
                            () -> {
                                send(id, chunks, bytes, nextOffset);
                                reading.failures = 0;
                                ahead.release();
                            },
                            "chunks");
                });
            }
            mailbox.execute(() -> stepped(id, reading, problem == null ? "" : problem.name()), "step");
        } catch (FileNotFoundException e) {
            mailbox.execute(
                    () -> stepped(id, reading, RejectionReason.REJECTION_CONTENT_MISSING.name()), "upload missing");
        } catch (ContentDiffers e) {
            LOG.warn("upload {} isn't what was declared: {}", id, e.getMessage());
            mailbox.execute(
                    () -> stepped(id, reading, RejectionReason.REJECTION_HASH_MISMATCH.name()), "another content");
        } catch (IOException | RuntimeException e) {
            mailbox.execute(() -> failed(id, reading, e), "step failed");
        } catch (InterruptedException e) {
            // The task is closed.
            Thread.currentThread().interrupt();
        } catch (Error e) {
            // As if it had happened to the task: it starts again, instead of one that reads less and less.
            mailbox.execute(
                    () -> {
                        throw e;
                    },
                    "step died");
        }
    }

    private static @Nullable RejectionReason problemOf(UploadContent content, Progress from) throws IOException {
        OptionalLong there = content.bytes(from.sizeBytes());
        if (there.isEmpty()) {
            return RejectionReason.REJECTION_CONTENT_MISSING;
        }
        return there.getAsLong() == from.sizeBytes() ? null : RejectionReason.REJECTION_SIZE_MISMATCH;
    }

    private void send(String id, List<Chunk> chunks, List<byte[]> bytes, long nextOffset) throws IOException {
        setCurrentKey(id);
        Progress before = progress.value();
        for (int i = 0; i < chunks.size(); i++) {
            SentChunk chunk =
                    new SentChunk(id, before.chunks() + i, chunks.get(i).sha256(), bytes.get(i));
            output.collect(new StreamRecord<>(chunk));
        }
        readBytes.inc(nextOffset - before.nextOffset());
        progress.update(new Progress(before.sizeBytes(), nextOffset, before.chunks() + chunks.size()));
    }

    private void stepped(String id, Reading reading, String rejection) throws IOException {
        running--;
        reading.failures = 0;
        setCurrentKey(id);
        Progress now = progress.value();
        if (rejection.isEmpty() && now.nextOffset() < now.sizeBytes()) {
            waiting.add(id);
        } else {
            String sha256 = rejection.isEmpty() ? reading.reader.sha256() : "";
            output.collect(
                    READ, new StreamRecord<>(new ReadUpload(id, now.chunks(), sha256, now.sizeBytes(), rejection)));
            progress.clear();
            readings.remove(id);
        }
        startMore();
    }

    private void failed(String id, Reading reading, Exception failure) throws IOException {
        running--;
        failedSteps.inc();
        long after =
                Math.min(AGAIN_AFTER_MAX.toMillis(), AGAIN_AFTER.toMillis() << Math.min(reading.failures, Byte.SIZE));
        reading.failures++;
        LOG.warn("upload {} couldn't be read on, again in {} ms: {}", id, after, failure.toString());
        // Not a timer of the task's: those are over when a job is drained.
        var unused = threads.schedule(() -> mailbox.execute(() -> begin(id), "again"), after, MILLISECONDS);
        startMore();
    }

    @Override
    public void finish() throws Exception {
        while (!readings.isEmpty() || !waiting.isEmpty()) {
            mailbox.yield();
        }
        super.finish();
    }

    @Override
    public void close() throws Exception {
        if (threads != null) {
            threads.shutdownNow();
            aheadThreads.shutdownNow();
        }
        super.close();
    }
}
