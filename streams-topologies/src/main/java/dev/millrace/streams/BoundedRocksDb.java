package dev.millrace.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Filter;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One memory bound over all RocksDB stores of the process, however many partitions it has: block cache, indexes,
 * filters and write buffers come out of the same budget.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
    /** The bound in bytes; the first store opened fixes it for the process. */
    static final String BYTES_MAX = "millrace.rocksdb.bytes.max";

    private static final double WRITE_BUFFERS_SHARE = 0.5;
    private static final long WRITE_BUFFER_BYTES = 4 * 1024 * 1024;
    private static final int WRITE_BUFFERS_MAX = 3;
    private static final int BLOCK_BYTES = 4 * 1024;
    /** About one key in a hundred that isn't there is looked for all the same. */
    private static final double FILTER_BITS_PER_KEY = 10;

    private static @Nullable Budget budget;

    private record Budget(Cache cache, WriteBufferManager writeBuffers, Filter absent) {}

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        Budget shared = budget(Long.parseLong(String.valueOf(configs.get(BYTES_MAX))));
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(shared.cache());
        table.setCacheIndexAndFilterBlocks(true);
        table.setPinTopLevelIndexAndFilter(true);
        table.setBlockSize(BLOCK_BYTES);
        // Most of what a claim looks for (an earlier answer to the same command) isn't there.
        table.setFilterPolicy(shared.absent());
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(shared.writeBuffers());
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(WRITE_BUFFERS_MAX);
    }

    /** The budget stays: other stores use it. */
    @Override
    public void close(String storeName, Options options) {}

    private static synchronized Budget budget(long bytes) {
        Budget present = budget;
        if (present == null) {
            Cache cache = new LRUCache(bytes);
            present = new Budget(
                    cache,
                    new WriteBufferManager((long) (bytes * WRITE_BUFFERS_SHARE), cache),
                    new BloomFilter(FILTER_BITS_PER_KEY));
            budget = present;
        }
        return present;
    }
}
