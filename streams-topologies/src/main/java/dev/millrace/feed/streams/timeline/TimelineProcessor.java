package dev.millrace.feed.streams.timeline;

import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.OwnedPartitions;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Takes page records into the timelines of their partition. */
final class TimelineProcessor implements Processor<byte[], TimelineRecord, Void, Void> {
    private final OwnedPartitions partitions;
    private final TimelineMeters meters;
    private @Nullable Task task;

    /** What belongs to one run of the task, and ends with it. */
    private record Task(
            ProcessorContext<Void, Void> context, TimelineStore store, int partition, OwnedPartition owned) {}

    TimelineProcessor(OwnedPartitions partitions, TimelineMeters meters) {
        this.partitions = partitions;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        TimelineStore store = context.getStateStore(TimelineTopology.STORE);
        int partition = context.taskId().partition();
        meters.opened(partition, store);
        task = new Task(context, store, partition, partitions.open(partition, store.includedOffset()));
    }

    @Override
    public void process(Record<byte[], TimelineRecord> record) {
        Task here = task;
        if (here == null) {
            throw new IllegalStateException("a record before init");
        }
        long offset = here.context().recordMetadata().orElseThrow().offset();
        meters.delivered(here.store().apply(record.value(), offset));
        here.owned().decided(offset);
    }

    @Override
    public void close() {
        if (task != null) {
            meters.closed(task.partition(), task.store());
            partitions.close(task.partition(), task.owned());
        }
    }
}
