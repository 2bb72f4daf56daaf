package dev.millrace.files.flink;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.content.ManifestLeaves;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Version;
import java.io.FileNotFoundException;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All facts of a namespace in, in the order of its steps; what its versions save each other out, as bytes of a
 * NamespaceCommand: the same at the same step, however often. Keyed by namespace, and of nothing but its own facts: what a
 * user is told depends on nobody else's content. Of a namespace that names no chunk any more nothing is kept.
 */
final class CountSavings extends KeyedProcessFunction<String, byte[], byte[]> {
    /** An owner isn't told more often, however much comes. */
    static final Duration TOLD_AFTER = Duration.ofSeconds(1);
    /** Steps that are older are read again, or late: more of them come, and what is so in between isn't told. */
    static final Duration OLD = Duration.ofMinutes(1);

    static final Duration TOLD_AFTER_OLD = Duration.ofSeconds(10);

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(CountSavings.class);

    private final ContentStore.Access access;

    private transient ContentStore store;
    private transient ManifestLeaves manifests;
    /** How many times versions name each chunk. */
    private transient MapState<ChunkName, Integer> times;

    private transient ValueState<Counted> counted;
    private transient Counter unknown;

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    CountSavings(ContentStore.Access access) {
        this.access = access;
    }

    /** @param log facts of namespaces from the very first on, those of a namespace in their order */
    static DataStream<byte[]> of(DataStream<byte[]> log, ContentStore.Access store) {
        return log.filter(fact -> hasVersions(NamespaceFact.parseFrom(fact)))
                .uid("versions-of-namespaces")
                .name("versions of namespaces")
                .keyBy(fact -> NamespaceFact.parseFrom(fact).getNamespaceId(), Types.STRING)
                .process(new CountSavings(store), PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)
                .uid("count-savings")
                .name("count savings");
    }

    private static boolean hasVersions(NamespaceFact fact) {
        return fact.hasVersion() || fact.getPurgedVersionsCount() > 0;
    }

    @Override
    public void open(OpenContext context) {
        store = access.open();
        manifests = new ManifestLeaves(store);
        times = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>("times", TypeInformation.of(ChunkName.class), Types.INT));
        counted =
                getRuntimeContext().getState(new ValueStateDescriptor<>("counted", TypeInformation.of(Counted.class)));
        unknown = getRuntimeContext().getMetricGroup().counter("savingsUnknown");
    }

    @Override
    public void processElement(byte[] value, Context context, Collector<byte[]> out) throws Exception {
        NamespaceFact fact = NamespaceFact.parseFrom(value);
        Counted before = counted();
        if (!before.isUnknown()) {
            Counted after = count(fact, before.upTo(fact.getSequence()));
            counted.update(tellLater(after, fact.getAtMillis(), context));
        }
    }

    private Counted counted() throws Exception {
        Counted known = counted.value();
        return known == null ? Counted.NOTHING : known;
    }

    private Counted count(NamespaceFact fact, Counted before) throws Exception {
        Counted after = before;
        try {
            if (fact.hasVersion()) {
                after = count(fact.getVersion(), true, after);
            }
            for (Version gone : fact.getPurgedVersionsList()) {
                after = count(gone, false, after);
            }
            return after;
        } catch (FileNotFoundException | InvalidProtocolBufferException | NeverNamed e) {
            unknown.inc();
            LOG.error(
                    "what the versions of namespace {} save isn't known any more: {}",
                    fact.getNamespaceId(),
                    e.toString());
            times.clear();
            return before.lost();
        }
    }

    private Counted count(Version version, boolean comes, Counted before) throws Exception {
        Counting counting = new Counting(comes, before);
        if (version.hasManifest()) {
            manifests.each(version.getManifest(), counting);
        }
        return counting.now;
    }

    private static final class NeverNamed extends Exception {
        private static final long serialVersionUID = 1;

        NeverNamed(ChunkName chunk) {
            super("a version is gone that was never counted, with " + chunk);
        }
    }

    /** A version that comes or goes, leaf by leaf. */
    private final class Counting implements ManifestLeaves.Taker<Exception> {
        private final boolean comes;
        private Counted now;

        Counting(boolean comes, Counted before) {
            this.comes = comes;
            this.now = before;
        }

        @Override
        public void take(Manifest leaf) throws Exception {
            for (ChunkPlace chunk : leaf.getChunksList()) {
                ChunkName name = ChunkName.of(chunk.getSha256());
                Integer known = times.get(name);
                int before = known == null ? 0 : known;
                if (before == 0 && !comes) {
                    throw new NeverNamed(name);
                }
                now = comes ? now.named(before, chunk.getSizeBytes()) : now.released(before, chunk.getSizeBytes());
                int after = comes ? before + 1 : before - 1;
                if (after == 0) {
                    times.remove(name);
                } else {
                    times.put(name, after);
                }
            }
        }
    }

    /** Soon, and once for all that comes until then. What is old waits until no more of it comes. */
    private static Counted tellLater(Counted now, long factAtMillis, Context context) {
        long atMillis = context.timerService().currentProcessingTime();
        boolean old = atMillis - factAtMillis > OLD.toMillis();
        if (now.tellAtMillis() != 0) {
            if (!old) {
                return now;
            }
            context.timerService().deleteProcessingTimeTimer(now.tellAtMillis());
        }
        long tellAt = atMillis + (old ? TOLD_AFTER_OLD : TOLD_AFTER).toMillis();
        context.timerService().registerProcessingTimeTimer(tellAt);
        return now.tellingAt(tellAt);
    }

    @Override
    public void onTimer(long atMillis, OnTimerContext context, Collector<byte[]> out) throws Exception {
        Counted now = counted();
        if (now.isUnknown() || now.savedBytes() != now.toldBytes()) {
            out.collect(Findings.savings(context.getCurrentKey(), now));
        }
        if (now.chunks() == 0) {
            counted.clear();
        } else {
            counted.update(now.told());
        }
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
        }
    }
}
