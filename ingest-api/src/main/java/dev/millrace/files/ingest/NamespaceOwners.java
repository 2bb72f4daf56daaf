package dev.millrace.files.ingest;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.FilesQueries;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.DevicesView;
import dev.millrace.files.topics.v1.FilesQuestion;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.NodeView;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadView;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StateClient;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** What has to be known of a namespace before a command can be made. */
final class NamespaceOwners {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final StateClient state;

    NamespaceOwners(StateClient state) {
        this.state = state;
    }

    /** Fails with 403 DEVICE_REMOVED if the caller's token was given to a device that the caller has removed since. */
    Future<Void> admit(Caller caller) {
        FilesQuestion question =
                FilesQuestion.newBuilder().setCaller(caller.subject()).build();
        return ask(FilesQueries.DEVICES, FileIds.namespaceOf(caller.subject()), question)
                .map(answer -> {
                    boolean removed = devicesIn(answer).getDevicesList().stream()
                            .anyMatch(device ->
                                    device.getDeviceId().equals(caller.device()) && device.getRemovedAtMillis() != 0);
                    if (removed) {
                        throw Refusals.deviceRemoved(caller.device());
                    }
                    return null;
                });
    }

    /** A link as its owner knows it; empty if there is none of that secret. */
    Future<Optional<Share>> link(FileId link, ByteString secret) {
        FilesQuestion question =
                FilesQuestion.newBuilder().setId(link.local()).setAfter(secret).build();
        return ask(FilesQueries.LINK, link.namespace(), question)
                .map(answer -> answer.getStatus() == StateAnswer.Status.FOUND
                        ? Optional.of(shareIn(answer))
                        : Optional.empty());
    }

    /** An upload that the caller may go on with; 404 UNKNOWN_UPLOAD if there is none. */
    Future<Upload> upload(FileId id, Caller caller) {
        FilesQuestion question = FilesQuestion.newBuilder()
                .setId(id.local())
                .setCaller(caller.subject())
                .build();
        return ask(FilesQueries.UPLOAD, id.namespace(), question).map(answer -> switch (answer.getStatus()) {
            case FOUND -> uploadIn(answer);
            case UNDECIDED -> throw unavailable();
            default -> throw Refusals.unknownUpload(id.toString());
        });
    }

    /**
     * The manifest of a file's version that the caller may read; 404 UNKNOWN_FILE or UNKNOWN_VERSION if there is none.
     */
    Future<ManifestRef> manifest(FileId file, long version, Caller caller) {
        FilesQuestion question = FilesQuestion.newBuilder()
                .setId(file.local())
                .setCaller(caller.subject())
                .setNumber(version)
                .build();
        return ask(FilesQueries.NODE, file.namespace(), question).map(answer -> switch (answer.getStatus()) {
            case FOUND -> manifestIn(answer, version);
            case UNDECIDED -> throw unavailable();
            default -> throw Refusals.unknown("fileId", file.toString());
        });
    }

    private static ManifestRef manifestIn(StateAnswer answer, long version) {
        try {
            NodeView view = NodeView.parseFrom(answer.getValue());
            if (!view.getVersion().hasManifest()) {
                throw Refusals.unknownVersion(String.valueOf(version));
            }
            return view.getVersion().getManifest();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("not a view of a file", e);
        }
    }

    private Future<StateAnswer> ask(String name, String namespace, FilesQuestion question) {
        StateQuery query = StateQuery.newBuilder()
                .setName(name)
                .setOwner(namespace)
                .setArgument(question.toByteString())
                .build();
        return state.ask(FilesTopics.NAMESPACES, query).map(answer -> {
            boolean said = answer.getStatus() == StateAnswer.Status.FOUND
                    || answer.getStatus() == StateAnswer.Status.NOT_FOUND
                    || answer.getStatus() == StateAnswer.Status.UNDECIDED;
            if (!said) {
                throw unavailable();
            }
            return answer;
        });
    }

    private static Problem unavailable() {
        return Problem.of(503, "STATE_UNAVAILABLE", "The namespace's owner can't be asked right now.")
                .retryAfter(SOON);
    }

    private static Upload uploadIn(StateAnswer answer) {
        try {
            return UploadView.parseFrom(answer.getValue()).getUpload();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("not a view of an upload", e);
        }
    }

    private static DevicesView devicesIn(StateAnswer answer) {
        try {
            return DevicesView.parseFrom(answer.getValue());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("not a view of devices", e);
        }
    }

    private static Share shareIn(StateAnswer answer) {
        try {
            return Share.parseFrom(answer.getValue());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("not a share", e);
        }
    }
}
