package dev.millrace.feed.rules.fanout;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One author's pages in a sorted map. */
final class MemoryPages implements AudiencePages {
    final TreeMap<Long, byte[]> byPlace = new TreeMap<>();

    @Override
    public @Nullable Page at(int partition, int ordinal) {
        Page found = page(byPlace.floorEntry(place(partition, ordinal)));
        return found != null && found.partition() == partition ? found : null;
    }

    @Override
    public List<Page> from(int partition, int lowest, int pagesMax) {
        return byPlace.tailMap(place(partition, lowest), true).entrySet().stream()
                .limit(pagesMax)
                .map(MemoryPages::of)
                .toList();
    }

    @Override
    public void put(Page page) {
        byPlace.put(place(page.partition(), page.lowest()), page.readers());
    }

    @Override
    public void delete(int partition, int lowest) {
        byPlace.remove(place(partition, lowest));
    }

    private static @Nullable Page page(Map.@Nullable Entry<Long, byte[]> entry) {
        return entry == null ? null : of(entry);
    }

    private static Page of(Map.Entry<Long, byte[]> entry) {
        return new Page((int) (entry.getKey() >> 32), entry.getKey().intValue(), entry.getValue());
    }

    private static long place(int partition, int ordinal) {
        return (long) partition << 32 | ordinal;
    }
}
