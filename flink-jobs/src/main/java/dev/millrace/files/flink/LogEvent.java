package dev.millrace.files.flink;

/**
 * What a partition's facts mean to an owner of chunks. All of a partition go one way, so that each owner has them in
 * their order.
 *
 * @param key the chunk's SHA-256 in hex, or that of a group of chunks ({@link ChunkGroups})
 * @param pack the copy's, in hex; empty where it is about a group
 * @param epoch the newest that has passed the partition; 0 where it is about a copy
 */
public record LogEvent(String key, Kind kind, String pack, int partition, long epoch) {
    /** What happened. */
    public enum Kind {
        /** A version that names the copy is there. */
        REFERENCED,
        /** A version that named it is gone for good. */
        RELEASED,
        /** The markers of epochs up to this one have passed the partition. */
        PASSED
    }

    static LogEvent ofCopy(Kind kind, String sha256, String pack, int partition) {
        return new LogEvent(sha256, kind, pack, partition, 0);
    }

    static LogEvent passed(String group, int partition, long epoch) {
        return new LogEvent(group, Kind.PASSED, "", partition, epoch);
    }
}
