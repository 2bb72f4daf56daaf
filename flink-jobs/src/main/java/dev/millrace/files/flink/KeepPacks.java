package dev.millrace.files.flink;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.gc.PackLife;
import dev.millrace.files.gc.PackRules;
import dev.millrace.files.packs.PackBuilder;
import dev.millrace.files.packs.StoredPack;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.ChunkFact;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.MovedPack;
import dev.millrace.files.topics.v1.PackDeleted;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Facts of chunks that are deleted in, as bytes of ChunkFacts; which packs are out. Keyed by pack, as manifests name it.
 * One of little use is written anew without what is deleted ({@link PackRules}). Bytes go only when the fact that they do
 * has come back from the log. Of packs that lost nothing, and of those that are gone, nothing is kept.
 */
final class KeepPacks extends KeyedProcessFunction<String, byte[], byte[]> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(KeepPacks.class);

    private final ContentStore.Access access;
    private final Duration kept;
    /** So that what is deleted together is looked at once. */
    private final Duration lookAfter;

    private transient ContentStore store;
    /** Of the object that has what is left: the pack itself, or the newest that it was written into. */
    private transient ValueState<PackLife> life;
    /** SHA-256 of that object in hex. */
    private transient ValueState<String> object;
    /** Chunks that aren't deleted, by SHA-256 in hex: how many bytes each has in the object. */
    private transient MapState<String, Integer> left;
    /** Objects that had it before, by SHA-256 in hex: they are kept for whoever is reading them. */
    private transient MapState<String, PackLife> superseded;
    /** Objects that should have gone, by SHA-256 in hex, and whether the pack goes with it. */
    private transient MapState<String, Boolean> undeleted;
    /** When it is looked at, in ms since 1970. */
    private transient ValueState<Long> looks;

    private transient Counter repacked;
    private transient Counter deleted;
    private transient Counter freedBytes;
    private transient Counter failedDeletions;

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    KeepPacks(ContentStore.Access access, CollectionPlan plan) {
        this.access = access;
        this.kept = plan.packsKept();
        this.lookAfter = plan.epochLasts();
    }

    @Override
    public void open(OpenContext context) {
        store = access.open();
        life = getRuntimeContext().getState(new ValueStateDescriptor<>("life", TypeInformation.of(PackLife.class)));
        object = getRuntimeContext().getState(new ValueStateDescriptor<>("object", Types.STRING));
        left = getRuntimeContext().getMapState(new MapStateDescriptor<>("left", Types.STRING, Types.INT));
        superseded = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>("superseded", Types.STRING, TypeInformation.of(PackLife.class)));
        undeleted = getRuntimeContext().getMapState(new MapStateDescriptor<>("undeleted", Types.STRING, Types.BOOLEAN));
        looks = getRuntimeContext().getState(new ValueStateDescriptor<>("looks", Types.LONG));
        repacked = getRuntimeContext().getMetricGroup().counter("packsRepacked");
        deleted = getRuntimeContext().getMetricGroup().counter("packsDeleted");
        freedBytes = getRuntimeContext().getMetricGroup().counter("packBytesDeleted");
        failedDeletions = getRuntimeContext().getMetricGroup().counter("packsNotDeleted");
    }

    @Override
    public void processElement(byte[] value, Context context, Collector<byte[]> out) throws Exception {
        ChunkFact fact = ChunkFacts.parse(value);
        switch (fact.getKindCase()) {
            case CHUNK_DELETED -> chunkDeleted(Sha256.hex(fact.getChunkDeleted().getSha256()), context);
            case PACK_DELETED -> packDeleted(fact.getPackDeleted(), context);
            case KIND_NOT_SET ->
                throw new IllegalArgumentException("chunk fact: of a kind this build doesn't know: " + fact);
        }
    }

    private void chunkDeleted(String chunk, Context context) throws Exception {
        if (life.value() == null && !isFound(context.getCurrentKey())) {
            return;
        }
        Integer bytes = left.get(chunk);
        if (bytes == null) {
            // A run that began anew says it again.
            return;
        }
        left.remove(chunk);
        long now = context.timerService().currentProcessingTime();
        life.update(PackRules.chunkDeleted(life.value(), bytes, now));
        lookAt(now + lookAfter.toMillis(), context);
    }

    /** False if the pack is gone, or can't be read: then it stays. */
    private boolean isFound(String pack) throws Exception {
        try {
            String in = store.bytes(key(pack)).isPresent() ? pack : movedTo(pack);
            keep(in, stored(in).places());
            return true;
        } catch (FileNotFoundException gone) {
            return false;
        } catch (InvalidProtocolBufferException | StoredPack.Damaged e) {
            LOG.error("pack {} can't be read: {}", pack, e.toString());
            return false;
        }
    }

    private String movedTo(String pack) throws IOException {
        return Sha256.hex(MovedPack.parseFrom(store.read(ContentKeys.moved(Sha256.parse(pack))))
                .getPack());
    }

    /** Held against its name: what counts on it deletes bytes. */
    private StoredPack stored(String in) throws IOException {
        byte[] bytes = store.read(key(in));
        if (!Sha256.hex(Sha256.of(bytes)).equals(in)) {
            throw new StoredPack.Damaged("pack of " + bytes.length + " bytes: another hash");
        }
        return StoredPack.of(bytes);
    }

    private void keep(String in, List<ChunkPlace> places) throws Exception {
        long storedBytes = 0;
        for (ChunkPlace place : places) {
            left.put(Sha256.hex(place.getSha256()), place.getPackedBytes());
            storedBytes += place.getPackedBytes();
        }
        object.update(in);
        life.update(PackLife.written(storedBytes));
    }

    private void lookAt(long atMillis, Context context) throws IOException {
        Long before = looks.value();
        if (before != null && before <= atMillis) {
            return;
        }
        if (before != null) {
            context.timerService().deleteProcessingTimeTimer(before);
        }
        looks.update(atMillis);
        context.timerService().registerProcessingTimeTimer(atMillis);
    }

    @Override
    public void onTimer(long atMillis, OnTimerContext context, Collector<byte[]> out) throws Exception {
        looks.clear();
        String pack = context.getCurrentKey();
        long now = context.timerService().currentProcessingTime();
        deleteAgain(context);
        if (life.value() == null) {
            return;
        }
        deleteSuperseded(pack, now, out);
        PackRules.Fate fate = PackRules.fate(life.value(), kept, now);
        if (fate == PackRules.Fate.DELETE && superseded.isEmpty()) {
            out.collect(
                    ChunkFacts.packDeleted(pack, object.value(), life.value().storedBytes(), true, now));
            life.clear();
            object.clear();
            left.clear();
            return;
        }
        if (fate == PackRules.Fate.REPACK) {
            repack(pack, now);
        }
        long next = Long.MAX_VALUE;
        for (PackLife one : superseded.values()) {
            next = Math.min(next, one.supersededAtMillis() + kept.toMillis());
        }
        if (life.value().supersededAtMillis() != 0) {
            next = Math.min(next, life.value().supersededAtMillis() + kept.toMillis());
        }
        if (next != Long.MAX_VALUE) {
            lookAt(next, context);
        }
    }

    private void deleteSuperseded(String pack, long now, Collector<byte[]> out) throws Exception {
        List<String> gone = new ArrayList<>();
        for (Map.Entry<String, PackLife> one : superseded.entries()) {
            if (PackRules.fate(one.getValue(), kept, now) == PackRules.Fate.DELETE) {
                gone.add(one.getKey());
                out.collect(ChunkFacts.packDeleted(
                        pack, one.getKey(), one.getValue().storedBytes(), false, now));
            }
        }
        for (String one : gone) {
            superseded.remove(one);
        }
    }

    /** What is left is in the bucket a second time before anybody is sent there. */
    private void repack(String pack, long now) throws Exception {
        PackBuilder builder = new PackBuilder(CommandId.random());
        try {
            StoredPack old = stored(object.value());
            for (ChunkPlace place : old.places()) {
                if (left.contains(Sha256.hex(place.getSha256())) && !builder.add(place.getSha256(), old.chunk(place))) {
                    throw new StoredPack.Damaged("less than half of it doesn't fit into a pack");
                }
            }
        } catch (FileNotFoundException | StoredPack.Damaged e) {
            // Whoever reads it finds the same. It stays as it is, until more of it is deleted.
            LOG.error("pack {} can't be repacked: {}", pack, e.toString());
            return;
        }
        byte[] bytes = builder.build();
        ByteString sha256 = Sha256.of(bytes);
        MovedPack moved = MovedPack.newBuilder()
                .setPack(sha256)
                .addAllChunks(builder.places())
                .build();
        store.write(ContentKeys.pack(sha256), bytes);
        store.write(ContentKeys.moved(Sha256.parse(pack)), moved.toByteArray());
        superseded.put(object.value(), PackRules.repacked(life.value(), now));
        keep(Sha256.hex(sha256), builder.places());
        repacked.inc();
    }

    private void packDeleted(PackDeleted fact, Context context) throws Exception {
        String gone = Sha256.hex(fact.getObject());
        if (delete(gone, fact.getLast(), context)) {
            deleted.inc();
            freedBytes.inc(fact.getStoredBytes());
        } else {
            undeleted.put(gone, fact.getLast());
        }
    }

    private void deleteAgain(Context context) throws Exception {
        List<String> gone = new ArrayList<>();
        for (Map.Entry<String, Boolean> one : undeleted.entries()) {
            if (delete(one.getKey(), one.getValue(), context)) {
                gone.add(one.getKey());
                deleted.inc();
            }
        }
        for (String one : gone) {
            undeleted.remove(one);
        }
    }

    /** False if the bucket doesn't let it go: nobody waits for its bytes, and it is tried again. */
    private boolean delete(String gone, boolean last, Context context) throws IOException {
        try {
            store.delete(key(gone));
            if (last) {
                store.delete(ContentKeys.moved(Sha256.parse(context.getCurrentKey())));
            }
            return true;
        } catch (IOException e) {
            failedDeletions.inc();
            LOG.error("pack {} can't be deleted yet: {}", gone, e.toString());
            lookAt(context.timerService().currentProcessingTime() + lookAfter.toMillis(), context);
            return false;
        }
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
        }
    }

    private static String key(String object) {
        return ContentKeys.pack(Sha256.parse(object));
    }
}
