package dev.millrace.streams.owner;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Looks now and then for what a partition's owner should be reminded of, and sends it commands. One per task. */
public interface OwnerReminders {
    /** @param nowMillis the clock's time; what a reminder does is decided by the log's */
    void sendDue(ReadOnlyKeyValueStore<Bytes, byte[]> store, long nowMillis);
}
