package dev.millrace.files.serving;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FilesQueries;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.ChangesView;
import dev.millrace.files.topics.v1.ChildrenView;
import dev.millrace.files.topics.v1.DevicesView;
import dev.millrace.files.topics.v1.FilesQuestion;
import dev.millrace.files.topics.v1.NodeView;
import dev.millrace.files.topics.v1.SharesView;
import dev.millrace.files.topics.v1.TrashView;
import dev.millrace.files.topics.v1.UploadView;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.files.topics.v1.VersionsView;
import dev.millrace.serving.OwnerAnswers;
import dev.millrace.serving.OwnerAnswers.Said;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StateClient;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** What the owners of namespaces know, asked for by what is wanted. */
public final class NamespaceOwners {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final StateClient state;
    private final OwnerAnswers answers;

    /** @param positionWait how long an owner that is behind what a caller has seen may take to catch up */
    public NamespaceOwners(StateClient state, Duration positionWait) {
        this.state = state;
        this.answers = new OwnerAnswers(state, positionWait, NamespaceOwners::unavailable, false);
    }

    Future<Said<NodeView>> node(FileId file, long version, Asked asked) {
        return ask(
                FilesQueries.NODE, file.namespace(), asked.question(file).setNumber(version), asked, NodeView.parser());
    }

    /** What there is of the file and version that this leave is for, if its user may read them. */
    public Future<Said<NodeView>> node(DownloadLeave leave) {
        return node(leave.file(), leave.version(), new Asked(leave.user(), leave.device(), List.of()));
    }

    /**
     * Fails with 403 DEVICE_REMOVED if the user's token was given to a device that the user has removed since.
     *
     * @param device empty if it was given to none
     */
    public Future<Void> admit(String user, String device) {
        return admit(new Asked(user, device, List.of()));
    }

    Future<Void> admit(Asked asked) {
        if (asked.device().isEmpty()) {
            return Future.succeededFuture();
        }
        return devices(asked).map(said -> {
            boolean removed = said.value().stream()
                    .flatMap(view -> view.getDevicesList().stream())
                    .anyMatch(
                            device -> device.getDeviceId().equals(asked.device()) && device.getRemovedAtMillis() != 0);
            if (removed) {
                throw Problem.of(403, "DEVICE_REMOVED", "device", asked.device(), "a device that isn't removed");
            }
            return null;
        });
    }

    /** @param after place in the list, as an answer before gave it */
    Future<Said<ChildrenView>> children(FileId folder, ByteString after, int limit, Asked asked) {
        FilesQuestion.Builder question = asked.question(folder).setAfter(after).setLimit(limit);
        return ask(FilesQueries.CHILDREN, folder.namespace(), question, asked, ChildrenView.parser());
    }

    /** @param before only versions with smaller numbers; 0 is no bound */
    Future<Said<VersionsView>> versions(FileId file, long before, int limit, Asked asked) {
        FilesQuestion.Builder question = asked.question(file).setNumber(before).setLimit(limit);
        return ask(FilesQueries.VERSIONS, file.namespace(), question, asked, VersionsView.parser());
    }

    Future<Said<UploadView>> upload(FileId upload, Asked asked) {
        return ask(FilesQueries.UPLOAD, upload.namespace(), asked.question(upload), asked, UploadView.parser());
    }

    Future<Said<SharesView>> shares(ByteString after, int limit, Asked asked) {
        FilesQuestion.Builder question = asked.question().setAfter(after).setLimit(limit);
        return ask(FilesQueries.SHARES, asked.namespace(), question, asked, SharesView.parser());
    }

    Future<Said<TrashView>> trash(ByteString after, int limit, Asked asked) {
        FilesQuestion.Builder question = asked.question().setAfter(after).setLimit(limit);
        return ask(FilesQueries.TRASH, asked.namespace(), question, asked, TrashView.parser());
    }

    Future<Said<Usage>> usage(Asked asked) {
        return ask(FilesQueries.USAGE, asked.namespace(), asked.question(), asked, Usage.parser());
    }

    Future<Said<DevicesView>> devices(Asked asked) {
        return ask(FilesQueries.DEVICES, asked.namespace(), asked.question(), asked, DevicesView.parser());
    }

    Future<Said<ChangesView>> changes(long after, int limit, Asked asked) {
        FilesQuestion.Builder question = asked.question().setNumber(after).setLimit(limit);
        return ask(FilesQueries.CHANGES, asked.namespace(), question, asked, ChangesView.parser());
    }

    Future<Said<ChangesView>> changesOf(FileId file, long after, int limit, Asked asked) {
        FilesQuestion.Builder question = asked.question(file).setNumber(after).setLimit(limit);
        return ask(FilesQueries.CHANGES, file.namespace(), question, asked, ChangesView.parser());
    }

    private <T extends MessageLite> Future<Said<T>> ask(
            String name, String namespace, FilesQuestion.Builder question, Asked asked, Parser<T> parser) {
        StateQuery.Builder query = StateQuery.newBuilder()
                .setName(name)
                .setOwner(namespace)
                .setArgument(question.build().toByteString());
        // The partition of a position can be told only once it is known how many there are.
        Future<Void> known = state.knows(FilesTopics.NAMESPACES) ? Future.succeededFuture() : state.refresh();
        return known.recover(failure -> Future.failedFuture(unavailable()))
                .compose(heard -> answers.ask(FilesTopics.NAMESPACES, query, asked.positions(), parser));
    }

    /** What a caller is told while nobody can answer. */
    public static Problem unavailable() {
        return Problem.of(503, "STATE_UNAVAILABLE", "The namespace's owner can't answer right now.")
                .retryAfter(SOON);
    }
}
