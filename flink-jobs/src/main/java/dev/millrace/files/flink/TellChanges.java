package dev.millrace.files.flink;

import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.SyncEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Facts of a namespace in, in the order of its steps; what each means for each user who can see it out, as bytes of a
 * SyncEvent. Keyed by namespace. Of a node that is gone for good, and of a share that has ended, nothing is kept.
 */
final class TellChanges extends KeyedProcessFunction<String, byte[], byte[]> {
    private static final long serialVersionUID = 1;

    private transient MapState<String, TreeNode> nodes;
    private transient MapState<String, Boolean> shared;
    private transient MapState<String, Boolean> deleted;
    private transient ValueState<Boolean> sharedAreKnown;

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    TellChanges() {}

    @Override
    public void open(OpenContext context) {
        nodes = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>("nodes", Types.STRING, TypeInformation.of(TreeNode.class)));
        shared = getRuntimeContext().getMapState(new MapStateDescriptor<>("shared", Types.STRING, Types.BOOLEAN));
        deleted = getRuntimeContext().getMapState(new MapStateDescriptor<>("deleted", Types.STRING, Types.BOOLEAN));
        sharedAreKnown = getRuntimeContext().getState(new ValueStateDescriptor<>("shared-are-known", Types.BOOLEAN));
    }

    @Override
    public void processElement(byte[] value, Context context, Collector<byte[]> out) throws Exception {
        NamespaceFact step = NamespaceFact.parseFrom(value);
        if (step.hasEpochMarked()) {
            // The hashing job's own, and no step.
            return;
        }
        SharedTree tree = new KeptTree();
        for (SyncEvent event : ChangeFeeds.of(step, tree)) {
            out.collect(event.toByteArray());
        }
        tree.take(step);
    }

    /**
     * State of an earlier build doesn't say which nodes are shared: when that is first asked of a namespace, all its
     * nodes are looked at. Which are deleted it doesn't say either; of what is shared below those, more may be told than
     * there is, and never less.
     */
    private void learnShared() throws Exception {
        if (sharedAreKnown.value() == null) {
            for (Map.Entry<String, TreeNode> node : nodes.entries()) {
                if (!node.getValue().grants().isEmpty()) {
                    shared.put(node.getKey(), true);
                }
            }
            sharedAreKnown.update(true);
        }
    }

    /** The namespace whose fact is being taken. */
    private final class KeptTree implements SharedTree {
        @Override
        public @Nullable TreeNode node(String nodeId) {
            return state(() -> nodes.get(nodeId));
        }

        @Override
        public void put(String nodeId, TreeNode node) {
            state(() -> {
                nodes.put(nodeId, node);
                mark(shared, nodeId, !node.grants().isEmpty());
                return null;
            });
        }

        @Override
        public void remove(String nodeId) {
            state(() -> {
                nodes.remove(nodeId);
                shared.remove(nodeId);
                deleted.remove(nodeId);
                if (nodes.isEmpty()) {
                    sharedAreKnown.clear();
                }
                return null;
            });
        }

        @Override
        public List<String> sharedNodes() {
            return state(() -> {
                learnShared();
                List<String> all = new ArrayList<>();
                shared.keys().forEach(all::add);
                return all;
            });
        }

        @Override
        public boolean isDeleted(String nodeId) {
            return Boolean.TRUE.equals(state(() -> deleted.contains(nodeId)));
        }

        @Override
        public void setDeleted(String nodeId, boolean isDeleted) {
            state(() -> {
                mark(deleted, nodeId, isDeleted);
                return null;
            });
        }

        private static void mark(MapState<String, Boolean> marked, String nodeId, boolean is) throws Exception {
            if (is) {
                marked.put(nodeId, true);
            } else {
                marked.remove(nodeId);
            }
        }

        private static <T extends @Nullable Object> T state(Callable<T> use) {
            try {
                return use.call();
            } catch (Exception e) {
                throw new FlinkRuntimeException("what is kept of a namespace can't be read or written", e);
            }
        }
    }
}
