package dev.millrace.files.simulation;

import dev.millrace.files.simulation.Bucket.Copy;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Commands on their way: in any order, some twice, and some answers are lost. */
final class Network {
    /** Nobody waits longer for an answer, and what is older doesn't arrive. What jobs write isn't lost. */
    private static final Duration UNDER_WAY_AT_MOST = Duration.ofMinutes(30);

    private final Simulation world;
    private final List<Request> underWay = new ArrayList<>();

    private record Request(
            Owner to, NamespaceCommand command, Consumer<NamespaceOutcome> answer, boolean sure, long sentAtMillis) {}

    Network(Simulation world) {
        this.world = world;
    }

    void send(Owner to, NamespaceCommand command, Consumer<NamespaceOutcome> answer, boolean sure) {
        underWay.add(new Request(to, command, answer, sure, world.now()));
    }

    /** False if there is nothing. */
    boolean deliver() {
        if (underWay.isEmpty()) {
            return false;
        }
        Request request = underWay.remove(world.random.nextInt(underWay.size()));
        if (!request.sure() && world.now() - request.sentAtMillis() > UNDER_WAY_AT_MOST.toMillis()) {
            return true;
        }
        Owner.Decided decided = request.to().take(request.command());
        if (decided.fact() != null) {
            world.happened(request.to(), decided.fact());
        }
        if (world.chance(10)) {
            underWay.add(request);
        }
        if (!world.chance(10)) {
            request.answer().accept(decided.outcome());
        }
        return true;
    }

    /** Whether the job has told somebody that an upload has this copy, and they will hear of it. */
    boolean isNamedByWhatWasFound(Copy copy) {
        return underWay.stream()
                .filter(request -> request.command().hasContentVerified())
                .filter(request -> world.isVerifying(new FileId(
                        request.to().namespace,
                        request.command().getContentVerified().getUploadId())))
                .anyMatch(request -> world.bucket
                        .copies(request.command().getContentVerified().getManifest())
                        .contains(copy));
    }
}
