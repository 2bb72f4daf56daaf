package dev.millrace.feed.streams.timeline;

import dev.millrace.feed.streams.timeline.PartitionTimelines.LeftBlock;
import dev.millrace.feed.topics.v1.EvictedBlock;
import dev.millrace.feed.topics.v1.TimelineRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Hands on what had to leave for the record that was just taken in. */
final class EvictionProcessor implements Processor<byte[], TimelineRecord, byte[], EvictedBlock> {
    private final TimelineMeters meters;
    private @Nullable ProcessorContext<byte[], EvictedBlock> context;

    EvictionProcessor(TimelineMeters meters) {
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], EvictedBlock> begun) {
        context = begun;
    }

    @Override
    public void process(Record<byte[], TimelineRecord> record) {
        ProcessorContext<byte[], EvictedBlock> here = context;
        if (here == null) {
            throw new IllegalStateException("a record before init");
        }
        TimelineStore store = here.getStateStore(TimelineTopology.STORE);
        for (LeftBlock left : store.takeLeft()) {
            meters.evicted();
            here.forward(record.withValue(TimelineViews.evicted(here.taskId().partition(), left)));
        }
    }
}
