package dev.millrace.feed.streams;

import dev.millrace.feed.rules.fanout.AudiencePages;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The pages of one author in the store of its partition: a key each, in the order of partition and lowest ordinal. */
final class StoredPages implements AudiencePages {
    private static final char KIND = 'F';

    private final KeyValueStore<Bytes, byte[]> store;
    private final String authorId;

    StoredPages(KeyValueStore<Bytes, byte[]> store, String authorId) {
        this.store = store;
        this.authorId = authorId;
    }

    @Override
    public @Nullable Page at(int partition, int ordinal) {
        try (KeyValueIterator<Bytes, byte[]> down = store.reverseRange(key(partition, 0), key(partition, ordinal))) {
            return down.hasNext() ? page(down.next()) : null;
        }
    }

    @Override
    public List<Page> from(int partition, int lowest, int pagesMax) {
        List<Page> pages = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> up = store.range(key(partition, lowest), UserKeys.end(KIND, authorId))) {
            while (pages.size() < pagesMax && up.hasNext()) {
                pages.add(page(up.next()));
            }
        }
        return pages;
    }

    @Override
    public void put(Page page) {
        store.put(key(page.partition(), page.lowest()), page.readers());
    }

    @Override
    public void delete(int partition, int lowest) {
        store.delete(key(partition, lowest));
    }

    private Bytes key(int partition, int lowest) {
        return UserKeys.of(KIND, authorId, (long) partition << Integer.SIZE | lowest);
    }

    private static Page page(KeyValue<Bytes, byte[]> entry) {
        byte[] key = entry.key.get();
        ByteBuffer place = ByteBuffer.wrap(key, key.length - Long.BYTES, Long.BYTES);
        return new Page(place.getInt(), place.getInt(), entry.value);
    }
}
