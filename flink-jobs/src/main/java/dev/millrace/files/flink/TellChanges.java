package dev.millrace.files.flink;

import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.SyncEvent;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
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

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    TellChanges() {}

    @Override
    public void open(OpenContext context) {
        nodes = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>("nodes", Types.STRING, TypeInformation.of(TreeNode.class)));
    }

    @Override
    public void processElement(byte[] value, Context context, Collector<byte[]> out) throws Exception {
        NamespaceFact step = NamespaceFact.parseFrom(value);
        if (step.hasEpochMarked()) {
            // The hashing job's own, and no step.
            return;
        }
        SharedTree tree = new KeptTree(nodes);
        for (SyncEvent event : ChangeFeeds.of(step, tree)) {
            out.collect(event.toByteArray());
        }
        tree.take(step);
    }

    /** The namespace whose fact is being taken. */
    private record KeptTree(MapState<String, TreeNode> nodes) implements SharedTree {
        @Override
        public @Nullable TreeNode node(String nodeId) {
            try {
                return nodes.get(nodeId);
            } catch (Exception e) {
                throw new FlinkRuntimeException("node can't be read: " + nodeId, e);
            }
        }

        @Override
        public void put(String nodeId, TreeNode node) {
            try {
                nodes.put(nodeId, node);
            } catch (Exception e) {
                throw new FlinkRuntimeException("node can't be kept: " + nodeId, e);
            }
        }

        @Override
        public void remove(String nodeId) {
            try {
                nodes.remove(nodeId);
            } catch (Exception e) {
                throw new FlinkRuntimeException("node can't be removed: " + nodeId, e);
            }
        }
    }
}
