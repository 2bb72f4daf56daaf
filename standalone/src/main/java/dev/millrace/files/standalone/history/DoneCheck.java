package dev.millrace.files.standalone.history;

import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.standalone.history.Exchange;
import dev.millrace.standalone.history.Ids;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether what a call asked for, what it was answered and what its step did are the same. */
final class DoneCheck {
    private static final String ROOT = "root";
    /** What an upload isn't whose sender was told that all of it is there. */
    private static final Set<UploadStatus> NOT_COMPLETED =
            Set.of(UploadStatus.UPLOAD_OPEN, UploadStatus.UPLOAD_ABANDONED);

    private final Namespaces log;

    /**
     * A call and its answer.
     *
     * @param id in its path; empty if there is none
     */
    private record Said(String user, String id, JsonObject asked, JsonObject answer) {
        String answered(String member) {
            return answer.getString(member, "");
        }
    }

    DoneCheck(Namespaces log) {
        this.log = log;
    }

    /**
     * Of a call that was said to be done.
     *
     * @param made its step; null if there is none, which is right only if what was asked for was so already: then it
     *     was answered as it was, but when that was the answer doesn't say
     */
    boolean isDone(Exchange call, @Nullable NamespaceFact made) {
        List<String> path = List.of(call.path().substring(1).split("/", -1));
        Said said = new Said(
                call.user(),
                path.size() > 1 ? path.get(1) : "",
                call.body().isEmpty() ? new JsonObject() : new JsonObject(call.body()),
                new JsonObject(call.answer()));
        String what = call.method() + " " + path.get(0) + (path.size() > 2 ? " " + path.get(2) : "");
        return switch (what) {
            case "POST folders" -> made != null && isFolder(said, made);
            case "POST files" -> made != null && isBegun(said, made);
            case "POST uploads complete" -> isCompleted(said, made);
            case "PATCH files" -> isMoved(said, made);
            case "DELETE files" -> isDeleted(said, made);
            case "POST files restore" -> isRestored(said, made);
            case "POST files share" -> isShared(said, made);
            case "DELETE files versions" -> isVersionPurged(said, made, Long.parseLong(path.get(3)));
            case "DELETE trash" -> said.id.isEmpty() ? isEmptied(said, made) : made != null && isLetGo(said, made);
            case "DELETE shares" -> made != null && isUnshared(said, made);
            default -> throw new IllegalStateException("call: " + what + " (expected: one that devices make)");
        };
    }

    private boolean isFolder(Said said, NamespaceFact made) {
        return made.getKind() == ChangeKind.CHANGE_FOLDER_CREATED
                && said.answered("name").equals(said.asked.getString("name"))
                && said.answered("parentId").equals(folder(said))
                && isShown(said, made);
    }

    private boolean isBegun(Said said, NamespaceFact made) {
        Upload upload = made.getUpload();
        Namespace in = log.of(made.getNamespaceId());
        JsonObject asked = said.asked;
        String file = in.text(upload.getNodeId());
        return made.getKind() == ChangeKind.CHANGE_UPLOAD_STARTED
                && in.text(upload.getUploadId()).equals(said.answered("uploadId"))
                && file.equals(said.answered("fileId"))
                && upload.getStartedBy().equals(said.user)
                && upload.getSizeBytes() == asked.getLong("fileSize")
                && upload.getBaseVersion() == asked.getLong("baseVersion", 0L)
                && Ids.hex(upload.getDeclaredSha256()).equals(asked.getString("contentHash", ""))
                && (asked.containsKey("fileId")
                        ? file.equals(asked.getString("fileId"))
                        : made.getNodesList().stream().anyMatch(node -> isNew(in, upload, node, said)));
    }

    /** The file that an upload without one makes. */
    private boolean isNew(Namespace in, Upload upload, Node node, Said said) {
        return node.getNodeId().equals(upload.getNodeId())
                && node.getVersion() == 0
                && node.getName().equals(said.asked.getString("fileName"))
                && in.text(node.getParentId()).equals(folder(said));
    }

    /** Where something new is asked to be. */
    private String folder(Said said) {
        String asked = said.asked.getString("parentId", ROOT);
        return asked.equals(ROOT) ? log.rootOf(said.user) : asked;
    }

    /** It may have been said before, by another call. */
    private boolean isCompleted(Said said, @Nullable NamespaceFact made) {
        Namespace in = log.of(said.id);
        List<Upload> states = made == null ? in.uploads(said.id) : List.of(made.getUpload());
        return isOfKind(made, ChangeKind.CHANGE_UPLOAD_COMPLETED)
                && said.answered("uploadId").equals(said.id)
                && states.stream()
                        .anyMatch(upload -> !NOT_COMPLETED.contains(upload.getStatus())
                                && upload.getStatus().name().equals(status("UPLOAD_", said))
                                && in.text(upload.getUploadId()).equals(said.id)
                                && in.text(upload.getNodeId()).equals(said.answered("fileId")));
    }

    /** It may be there already. */
    private boolean isMoved(Said said, @Nullable NamespaceFact made) {
        return isOfKind(made, ChangeKind.CHANGE_NODE_MOVED)
                && !isDeleted(said)
                && isPlaced(said)
                && isShown(said, made);
    }

    /** It may be deleted already. */
    private boolean isDeleted(Said said, @Nullable NamespaceFact made) {
        return isOfKind(made, ChangeKind.CHANGE_NODE_DELETED) && isDeleted(said) && isShown(said, made);
    }

    /** It may be there, and of that version, already. Where it is asked to be only counts if it was deleted. */
    private boolean isRestored(Said said, @Nullable NamespaceFact made) {
        long version = said.asked.getLong("version", 0L);
        long shown = said.answer.getLong("version", 0L);
        ChangeKind kind = made == null ? ChangeKind.CHANGE_KIND_UNSPECIFIED : made.getKind();
        boolean right = switch (kind) {
            case CHANGE_KIND_UNSPECIFIED -> made == null && version != 0 && shown == version;
            case CHANGE_NODE_RESTORED -> (version == 0 || shown == version) && isPlaced(said);
            case CHANGE_VERSION_RESTORED ->
                version != 0 && made != null && made.getVersion().getRestoredVersion() == version;
            default -> false;
        };
        return right && !isDeleted(said) && isOfContent(said, version) && isShown(said, made);
    }

    /** It may be gone already. */
    private boolean isVersionPurged(Said said, @Nullable NamespaceFact made, long number) {
        return isOfKind(made, ChangeKind.CHANGE_VERSION_PURGED)
                && (made == null
                        ? log.of(said.id).goneAtMillis(said.id, number) != Long.MAX_VALUE
                        : made.getPurgedVersionsList().stream().anyMatch(version -> version.getNumber() == number))
                && isShown(said, made);
    }

    private boolean isLetGo(Said said, NamespaceFact made) {
        return made.getKind() == ChangeKind.CHANGE_PURGE_STARTED && isDeleted(said) && isShown(said, made);
    }

    /** There may be nothing in the bin. */
    private static boolean isEmptied(Said said, @Nullable NamespaceFact made) {
        return isOfKind(made, ChangeKind.CHANGE_TRASH_EMPTIED)
                && said.answer.getInteger("entries", -1) == (made == null ? 0 : made.getNodesCount());
    }

    /** @param number 0 for any */
    private boolean isOfContent(Said said, long number) {
        Version version = log.of(said.id).version(said.id, number);
        return number == 0 || (version != null && Ids.hex(version.getSha256()).equals(said.answered("contentHash")));
    }

    /** It may be shared so already. */
    private boolean isShared(Said said, @Nullable NamespaceFact made) {
        Namespace in = log.of(said.id);
        List<Share> states = made == null ? in.shares(said.answered("shareId")) : made.getSharesList();
        return isOfKind(made, ChangeKind.CHANGE_SHARE_GRANTED)
                && said.answered("fileId").equals(said.id)
                && said.answered("userId").equals(said.asked.getString("userId"))
                && mayWrite(said.answer) == mayWrite(said.asked)
                && expiry(said.answer) == expiry(said.asked)
                && states.stream().anyMatch(share -> isShown(in, share, said));
    }

    private static boolean isShown(Namespace in, Share share, Said said) {
        return !share.getEnded()
                && in.text(share.getShareId()).equals(said.answered("shareId"))
                && in.text(share.getNodeId()).equals(said.answered("fileId"))
                && share.getUserId().equals(said.answered("userId"))
                && share.getWrite() == mayWrite(said.answer)
                && share.getExpiresAtMillis() == expiry(said.answer);
    }

    private static boolean mayWrite(JsonObject share) {
        return share.getJsonArray("permissions", new JsonArray()).contains("write");
    }

    /** In epoch milliseconds; 0 for none. */
    private static long expiry(JsonObject share) {
        String text = share.getString("expiresAt", "");
        return text.isEmpty() ? 0 : Instant.parse(text).toEpochMilli();
    }

    private boolean isUnshared(Said said, NamespaceFact made) {
        Namespace in = log.of(made.getNamespaceId());
        return made.getKind() == ChangeKind.CHANGE_SHARE_ENDED
                && said.answered("shareId").equals(said.id)
                && made.getSharesList().stream()
                        .anyMatch(share ->
                                share.getEnded() && in.text(share.getShareId()).equals(said.id));
    }

    private static boolean isOfKind(@Nullable NamespaceFact made, ChangeKind kind) {
        return made == null || made.getKind() == kind;
    }

    private static boolean isDeleted(Said said) {
        return status("NODE_", said).equals(NodeStatus.NODE_DELETED.name());
    }

    /** As the log has it. */
    private static String status(String prefix, Said said) {
        return prefix + said.answered("status").toUpperCase(Locale.ROOT);
    }

    /** Whether it is called and where what was asked says; what that doesn't say may be anything. */
    private boolean isPlaced(Said said) {
        String name = said.answered("name");
        String parent = said.answered("parentId");
        return said.asked.getString("name", name).equals(name)
                && (!said.asked.containsKey("parentId") || folder(said).equals(parent));
    }

    /** Whether the node that is answered is the path's, and was so after its step; without one, at any time. */
    private boolean isShown(Said said, @Nullable NamespaceFact made) {
        Namespace in = log.of(made == null ? said.id : made.getNamespaceId());
        String file = said.answered("fileId");
        List<Node> states = made == null ? in.nodes(file) : made.getNodesList();
        return (said.id.isEmpty() || file.equals(said.id)) && states.stream().anyMatch(node -> isShown(in, node, said));
    }

    private static boolean isShown(Namespace in, Node node, Said said) {
        return in.text(node.getNodeId()).equals(said.answered("fileId"))
                && in.text(node.getParentId()).equals(said.answered("parentId"))
                && node.getName().equals(said.answered("name"))
                && node.getStatus().name().equals(status("NODE_", said))
                && node.getVersion() == said.answer.getLong("version", 0L)
                && Ids.hex(node.getSha256()).equals(said.answered("contentHash"));
    }
}
