package dev.millrace.files.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.Exchange;
import dev.millrace.standalone.history.Ids;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds what devices were answered against the log: the same for the same key, done if it was said to be, else not. */
final class AnswerCheck {
    private static final String KEY_REUSED = "IDEMPOTENCY_KEY_REUSED";
    /** Reasons that tell an owner's decision. All others say that nothing was decided. */
    private static final Set<String> DECISIONS = Set.of(
            KEY_REUSED,
            "UNKNOWN_FILE",
            "READ_ONLY",
            "NOT_YOURS",
            "FILE_DELETED",
            "NOT_DELETED",
            "NOT_A_FOLDER",
            "NOT_A_FILE",
            "NAME_INVALID",
            "NAME_TAKEN",
            "CYCLE",
            "TREE_TOO_DEEP",
            "UNKNOWN_VERSION",
            "EDITED_SINCE",
            "QUOTA_EXCEEDED",
            "UPLOADS_TOO_MANY",
            "UNKNOWN_SHARE",
            "SHARES_TOO_MANY",
            "YOURSELF",
            "EXPIRY_INVALID");
    /** Leave to send is signed anew with each answer. */
    private static final List<String> VARIES = List.of("uploadUrl", "uploadHeaders", "uploadExpiresAt");

    private final Namespaces log;
    private final Contradictions found;
    private final Map<ByteString, Set<String>> bodies = new HashMap<>();
    private final Map<ByteString, Told> told = new HashMap<>();
    private final Map<ByteString, String> reused = new LinkedHashMap<>();
    private long checked;

    private record Told(String body, Map<String, Object> decision) {}

    AnswerCheck(Namespaces log, Contradictions found) {
        this.log = log;
        this.found = found;
    }

    long checked() {
        return checked;
    }

    void check(List<Exchange> calls) {
        calls.forEach(this::check);
        reused.forEach((command, call) -> {
            if (bodies.getOrDefault(command, Set.of()).size() < 2) {
                found.add(call + " was told " + KEY_REUSED + ", but it came with one body only");
            }
        });
    }

    private void check(Exchange call) {
        String key = call.idempotencyKey();
        if (key == null) {
            return;
        }
        ByteString command = Ids.command(call.user(), call.method(), call.path(), key);
        bodies.computeIfAbsent(command, c -> new HashSet<>()).add(call.body());
        Map<String, Object> decision = decision(call);
        if (decision.isEmpty()) {
            return;
        }
        checked++;
        if (KEY_REUSED.equals(decision.get("reason"))) {
            reused.putIfAbsent(command, name(call));
            return;
        }
        Told before = told.putIfAbsent(command, new Told(call.body(), decision));
        if (before == null) {
            checkWithLog(call, command, decision);
        } else if (!before.body.equals(call.body())) {
            found.add(name(call) + " was decided with one body and with another");
        } else if (!before.decision.equals(decision)) {
            found.add(name(call) + " was answered " + before.decision + " and then " + decision);
        }
    }

    /** The answer as far as it tells a decision; empty if it tells none. */
    private static Map<String, Object> decision(Exchange call) {
        boolean good = call.status() >= 200 && call.status() < 300;
        if (!good && (call.status() < 400 || call.status() >= 500)) {
            return Map.of();
        }
        JsonObject json = new JsonObject(call.answer());
        Map<String, Object> decision = new LinkedHashMap<>();
        decision.put("answer", call.status());
        if (good) {
            decision.putAll(json.getMap());
            VARIES.forEach(decision::remove);
            return json.getString("status", "").equals("PENDING") ? Map.of() : decision;
        }
        String reason = json.getString("reason", "");
        decision.put("reason", reason);
        return DECISIONS.contains(reason) ? decision : Map.of();
    }

    private void checkWithLog(Exchange call, ByteString command, Map<String, Object> decision) {
        NamespaceFact made = log.madeBy(command);
        boolean refused = call.status() >= 400;
        if (refused && made != null) {
            found.add(name(call) + " was refused with " + decision + ", but step " + made.getSequence() + " of "
                    + made.getNamespaceId() + " did it");
        } else if (!refused && !isDone(call, made, new JsonObject(call.answer()))) {
            found.add(name(call) + ", command " + Ids.hex(command) + ", was answered " + decision + ", but "
                    + (made == null ? "nothing of it is" : "step " + made.getSequence() + " is something else")
                    + " on the log");
        }
    }

    /** What changed nothing was answered as it was then; when that was, it doesn't say. */
    private boolean isDone(Exchange call, @Nullable NamespaceFact made, JsonObject answer) {
        if (call.path().endsWith("/complete")) {
            Upload upload = log.of(call.path().substring("/uploads/".length())).upload(answer.getString("uploadId"));
            return upload != null && upload.getStatus() != UploadStatus.UPLOAD_OPEN;
        }
        if (call.path().equals("/files")) {
            return made != null && isBegun(call, made, answer);
        }
        if (call.path().startsWith("/shares/")) {
            return made != null && made.getKind() == ChangeKind.CHANGE_SHARE_ENDED;
        }
        if (call.path().endsWith("/share")) {
            Namespace in = log.of(answer.getString("shareId"));
            List<Share> states = made == null ? in.shares(answer.getString("shareId")) : made.getSharesList();
            return states.stream().anyMatch(share -> isShown(in, share, answer));
        }
        Namespace in = log.of(answer.getString("fileId"));
        List<Node> states = made == null ? in.nodes(answer.getString("fileId")) : made.getNodesList();
        return isAsAsked(call, answer) && states.stream().anyMatch(node -> isShown(in, node, answer));
    }

    private boolean isBegun(Exchange call, NamespaceFact made, JsonObject answer) {
        JsonObject asked = new JsonObject(call.body());
        Upload upload = made.getUpload();
        Namespace in = log.of(made.getNamespaceId());
        return made.getKind() == ChangeKind.CHANGE_UPLOAD_STARTED
                && in.text(upload.getUploadId()).equals(answer.getString("uploadId"))
                && in.text(upload.getNodeId()).equals(answer.getString("fileId"))
                && upload.getStartedBy().equals(call.user())
                && upload.getSizeBytes() == asked.getLong("fileSize")
                && upload.getBaseVersion() == asked.getLong("baseVersion", 0L)
                && Ids.hex(upload.getDeclaredSha256()).equals(asked.getString("contentHash", ""));
    }

    private static boolean isShown(Namespace in, Share share, JsonObject answer) {
        return in.text(share.getShareId()).equals(answer.getString("shareId"))
                && in.text(share.getNodeId()).equals(answer.getString("fileId"))
                && share.getUserId().equals(answer.getString("userId"))
                && share.getWrite() == answer.getJsonArray("permissions").contains("write");
    }

    private static boolean isShown(Namespace in, Node node, JsonObject answer) {
        String status = "NODE_" + answer.getString("status").toUpperCase(Locale.ROOT);
        return in.text(node.getNodeId()).equals(answer.getString("fileId"))
                && in.text(node.getParentId()).equals(answer.getString("parentId"))
                && node.getName().equals(answer.getString("name"))
                && node.getStatus().name().equals(status)
                && node.getVersion() == answer.getLong("version", 0L)
                && Ids.hex(node.getSha256()).equals(answer.getString("contentHash", ""));
    }

    private static boolean isAsAsked(Exchange call, JsonObject answer) {
        JsonObject asked = call.body().isEmpty() ? new JsonObject() : new JsonObject(call.body());
        String name = answer.getString("name");
        String parent = answer.getString("parentId");
        String askedParent = asked.getString("parentId", parent);
        return asked.getString("name", name).equals(name) && (askedParent.equals("root") || askedParent.equals(parent));
    }

    private static String name(Exchange call) {
        return call.method() + " " + call.path() + " of " + call.user() + " (key " + call.idempotencyKey() + ")";
    }
}
