package dev.millrace.files.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.Exchange;
import dev.millrace.standalone.history.Ids;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
            "NEWEST_VERSION",
            "UPLOADS_OPEN",
            "QUOTA_EXCEEDED",
            "UPLOADS_TOO_MANY",
            // Whoever gives leave to send says it too, but to a call without a key.
            "UPLOAD_ENDED",
            "UNKNOWN_SHARE",
            "SHARES_TOO_MANY",
            "YOURSELF",
            "EXPIRY_INVALID");
    /** Leave to send is signed anew with each answer. */
    private static final List<String> VARIES = List.of("uploadUrl", "uploadHeaders", "uploadExpiresAt");

    private final Namespaces log;
    private final DoneCheck done;
    private final Contradictions found;
    private final Map<ByteString, Set<String>> bodies = new HashMap<>();
    private final Map<ByteString, Told> told = new HashMap<>();
    private final Map<ByteString, String> reused = new LinkedHashMap<>();
    private long checked;

    private record Told(String body, Map<String, Object> decision) {}

    AnswerCheck(Namespaces log, Contradictions found) {
        this.log = log;
        this.done = new DoneCheck(log);
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
        } else if (!refused && !done.isDone(call, made)) {
            found.add(name(call) + ", command " + Ids.hex(command) + ", was answered " + decision + ", but "
                    + (made == null ? "nothing of it is" : "step " + made.getSequence() + " is something else")
                    + " on the log");
        }
    }

    private static String name(Exchange call) {
        return call.method() + " " + call.path() + " of " + call.user() + " (key " + call.idempotencyKey() + ")";
    }
}
