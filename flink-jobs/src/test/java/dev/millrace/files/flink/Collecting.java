package dev.millrace.files.flink;

import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** Operators of the garbage collection, and what they are told. */
final class Collecting {
    static final String RUN = "0123456789abcdef0123456789abcdef";
    static final Duration EPOCH = Duration.ofHours(1);
    static final Duration KEPT = Duration.ofDays(2);

    private Collecting() {}

    static CollectionPlan plan(int partitions) {
        return new CollectionPlan(RUN, partitions, EPOCH, KEPT);
    }

    static KeyedTwoInputStreamOperatorTestHarness<String, SentChunk, LogEvent, PlacedChunk> packing(
            MemoryStore to, int partitions) throws Exception {
        return packing(to, plan(partitions));
    }

    static KeyedTwoInputStreamOperatorTestHarness<String, SentChunk, LogEvent, PlacedChunk> packing(
            MemoryStore to, CollectionPlan plan) throws Exception {
        PackOperator operator = new PackOperator(to.access(), plan);
        KeyedTwoInputStreamOperatorTestHarness<String, SentChunk, LogEvent, PlacedChunk> harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(operator, SentChunk::sha256, LogEvent::key, Types.STRING);
        // The harness of one input does this by itself.
        operator.setMailboxExecutor(
                new MailboxExecutorImpl(harness.getTaskMailbox(), 0, StreamTaskActionExecutor.IMMEDIATE));
        return harness;
    }

    static void mark(MemoryStore store, long epoch) throws IOException {
        new EpochFence(store).mark(new EpochFence.Marked(epoch, RUN));
    }

    /** An epoch's marker has passed one partition: all groups of chunks hear of it. */
    static void pass(
            KeyedTwoInputStreamOperatorTestHarness<String, SentChunk, LogEvent, PlacedChunk> packing,
            int partition,
            long epoch)
            throws Exception {
        for (String group : ChunkGroups.all()) {
            packing.processElement2(new StreamRecord<>(LogEvent.passed(group, partition, epoch)));
        }
    }
}
