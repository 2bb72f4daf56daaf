package dev.millrace.files.flink;

import java.util.Iterator;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;

/**
 * What a run of the job is called, from its first fact on and however often it goes on from a checkpoint. One that began
 * anew knows nothing of what was closed before it, and must not take the markers of another.
 */
final class CollectionRun {
    private CollectionRun() {}

    /** Of an operator that is being opened; all tasks of all operators get the same. */
    static String of(StateInitializationContext context, CollectionPlan plan) throws Exception {
        ListState<String> kept =
                context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("run", Types.STRING));
        Iterator<String> before = kept.get().iterator();
        String run = before.hasNext() ? before.next() : plan.run();
        kept.update(List.of(run));
        return run;
    }
}
