package dev.millrace.files.gc;

import java.util.HashMap;
import java.util.Map;

/**
 * How far markers have got through the log of one partition of namespaces. One has passed when it was met and every
 * upload that had begun to be verified before it is over. It depends on the log alone.
 *
 * @param met the newest marker's epoch; 0: none yet
 * @param begun uploads that are being verified, and which marker was the newest when each began
 */
public record Passage(long met, Map<String, Long> begun) {
    public Passage {
        begun = Map.copyOf(begun);
    }

    /** At the log's beginning. */
    public static Passage start() {
        return new Passage(0, Map.of());
    }

    /** The newest epoch whose marker has passed. */
    public long passed() {
        return begun.values().stream().mapToLong(Long::longValue).min().orElse(met);
    }

    public Passage marker(long epoch) {
        return new Passage(Math.max(met, epoch), begun);
    }

    /** All of an upload is there: from now on it may be given copies of chunks. */
    public Passage uploadBegun(String uploadId) {
        Map<String, Long> with = new HashMap<>(begun);
        with.putIfAbsent(uploadId, met);
        return new Passage(met, with);
    }

    /** Whatever became of it: it is given nothing more, and what it names has been said. */
    public Passage uploadOver(String uploadId) {
        Map<String, Long> without = new HashMap<>(begun);
        without.remove(uploadId);
        return new Passage(met, without);
    }
}
