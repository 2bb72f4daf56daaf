package dev.millrace.files.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.files.standalone.history.NamespaceEnd.StoredVersion;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.EmptiedTrash;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.standalone.history.Exchange;
import dev.millrace.standalone.history.Ids;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.topics.v1.Position;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Ann's small namespace as it is right. What is on the log and was seen can be changed before it is checked. */
final class PlayedFiles {
    private static final String SPACE = "space";
    private static final String OWNER = "ann";
    private static final ByteString ROOT = ByteString.copyFrom(new byte[16]);

    final List<NamespaceFact> facts = new ArrayList<>();
    final List<Exchange> calls = new ArrayList<>();
    final Observations seen = new Observations();
    /** As they are read back at the end. */
    final Map<StoredVersion, String> contents = new LinkedHashMap<>();

    /** Who does what comes next. */
    String user = OWNER;

    private final Map<StoredVersion, Version> versions = new HashMap<>();
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<String, Upload> uploads = new HashMap<>();
    private final Map<String, Share> shares = new HashMap<>();
    private long clock = 1_790_000_000_000L;
    private long reserved;
    private long live;
    private long older;

    static String sha256(String content) {
        return Ids.hex(Ids.body(content));
    }

    void passSeconds(int seconds) {
        clock += 1_000L * seconds;
    }

    /** Returns the file's id. */
    String put(String name, String content) {
        JsonObject body = new JsonObject().put("fileName", name);
        return end(begin(Node.newBuilder().setParentId(ROOT).setName(name), 0, content, body), content);
    }

    /** Returns the id of the file that it became a version of. */
    String edit(String fileId, long base, String content) {
        return end(begin(fileId, base, content), content);
    }

    /** Returns the upload's id. */
    String begin(String fileId, long base, String content) {
        JsonObject body = new JsonObject().put("fileId", fileId).put("baseVersion", base);
        return begin(node(fileId).toBuilder(), base, content, body);
    }

    private String begin(Node.Builder file, long base, String content, JsonObject body) {
        String key = nextKey();
        ByteString command = Ids.command(user, "POST", "/files", key);
        if (file.getNodeId().isEmpty()) {
            file.setNodeId(command).setStatus(NodeStatus.NODE_UPLOADING);
        }
        Upload upload = Upload.newBuilder()
                .setUploadId(command)
                .setNodeId(file.getNodeId())
                .setBaseVersion(base)
                .setSizeBytes(content.length())
                .setDeclaredSha256(Ids.body(content))
                .setStartedBy(user)
                .setStatus(UploadStatus.UPLOAD_OPEN)
                .build();
        reserved += content.length();
        done(fact(command, ChangeKind.CHANGE_UPLOAD_STARTED), file.build(), upload);
        body.put("fileSize", content.length()).put("contentHash", sha256(content));
        JsonObject answer =
                new JsonObject().put("fileId", text(file.getNodeId())).put("uploadId", text(command));
        answered("POST", "/files", key, body.encode(), 201, answer);
        return text(command);
    }

    /** All of it is there, and verified. Returns the id of the file that it became a version of. */
    String end(String uploadId, String content) {
        Upload upload = Objects.requireNonNull(uploads.get(uploadId));
        Node node = node(text(upload.getNodeId()));
        String path = "/uploads/" + uploadId + "/complete";
        String key = nextKey();
        Upload.Builder ended = upload.toBuilder().setStatus(UploadStatus.UPLOAD_VERIFYING);
        done(fact(Ids.command(user, "POST", path, key), ChangeKind.CHANGE_UPLOAD_COMPLETED), node, ended.build());
        JsonObject answer = new JsonObject()
                .put("fileId", text(upload.getNodeId()))
                .put("uploadId", uploadId)
                .put("status", "verifying");
        answered("POST", path, key, "", 202, answer);
        seen.sent(new Sent(user, uploadId, content.length(), sha256(content), sha256(content)));
        reserved -= content.length();
        Node file = verified(ended, node, content);
        String status = ended.getStatus() == UploadStatus.UPLOAD_CONFLICT ? "conflict" : "completed";
        seen.saw(new UploadRead(uploadId, status, text(file.getNodeId()), ended.getVersion()));
        return text(file.getNodeId());
    }

    private Node verified(Upload.Builder upload, Node node, String content) {
        ByteString job = Ids.body("job " + text(upload.getUploadId()));
        if (node.getVersion() != 0 && node.getSha256().equals(Ids.body(content))) {
            upload.setStatus(UploadStatus.UPLOAD_COMPLETED).setVersion(node.getVersion());
            done(fact(job, ChangeKind.CHANGE_VERSION_UNCHANGED), node, upload.build());
            return node;
        }
        boolean wins = node.getVersion() == upload.getBaseVersion();
        long number = wins ? node.getVersion() + 1 : 1;
        long before = wins ? node.getSizeBytes() : 0;
        live += content.length() - before;
        older += before;
        ByteString copy = Ids.body("copy " + text(upload.getUploadId()));
        Node file = (wins
                        ? node.toBuilder()
                        : Node.newBuilder().setNodeId(copy).setParentId(ROOT).setName("copy"))
                .setStatus(NodeStatus.NODE_COMPLETED)
                .setVersion(number)
                .setSizeBytes(content.length())
                .setSha256(Ids.body(content))
                .build();
        upload.setVersion(number).setStatus(wins ? UploadStatus.UPLOAD_COMPLETED : UploadStatus.UPLOAD_CONFLICT);
        if (!wins) {
            upload.setConflictNodeId(copy);
        }
        ChangeKind kind = wins ? ChangeKind.CHANGE_VERSION_COMMITTED : ChangeKind.CHANGE_VERSION_CONFLICTED;
        Version version = Version.newBuilder()
                .setNumber(number)
                .setSizeBytes(content.length())
                .setSha256(Ids.body(content))
                .setBaseVersion(upload.getBaseVersion())
                .setUploadId(upload.getUploadId())
                .build();
        done(fact(job, kind).setVersion(version), file, upload.build());
        contents.put(new StoredVersion(text(file.getNodeId()), number), content);
        return file;
    }

    /** Returns the folder's id. */
    String folder(String name) {
        String key = nextKey();
        ByteString command = Ids.command(user, "POST", "/folders", key);
        Node folder = Node.newBuilder()
                .setNodeId(command)
                .setFolder(true)
                .setParentId(ROOT)
                .setName(name)
                .setStatus(NodeStatus.NODE_COMPLETED)
                .build();
        done(fact(command, ChangeKind.CHANGE_FOLDER_CREATED), folder);
        String body = new JsonObject().put("name", name).put("parentId", "root").encode();
        answered("POST", "/folders", key, body, 201, entry(folder));
        return text(command);
    }

    void rename(String fileId, String name) {
        Node node = node(fileId).toBuilder().setName(name).build();
        String body = new JsonObject().put("name", name).encode();
        changed("PATCH", "/files/" + fileId, body, ChangeKind.CHANGE_NODE_MOVED, node);
    }

    void delete(String fileId) {
        Node node = node(fileId).toBuilder().setStatus(NodeStatus.NODE_DELETED).build();
        changed("DELETE", "/files/" + fileId, "", ChangeKind.CHANGE_NODE_DELETED, node);
    }

    /** Of what is deleted: it may go now. */
    void letGo(String fileId) {
        String key = nextKey();
        ByteString command = Ids.command(user, "DELETE", "/trash/" + fileId, key);
        done(fact(command, ChangeKind.CHANGE_PURGE_STARTED), node(fileId));
        answered("DELETE", "/trash/" + fileId, key, "", 202, entry(node(fileId)));
    }

    void emptyTrash(String... fileIds) {
        NamespaceFact.Builder emptied = fact(
                        Ids.command(user, "DELETE", "/trash", nextKey()), ChangeKind.CHANGE_TRASH_EMPTIED)
                .setEmptiedTrash(EmptiedTrash.newBuilder().setThroughSequence(facts.size()))
                .setUsage(usage());
        for (String fileId : fileIds) {
            emptied.addNodes(node(fileId));
        }
        facts.add(emptied.build());
    }

    /** All of it is gone, with the versions there were; those aren't read back. */
    void purge(String fileId) {
        Node node = node(fileId);
        NamespaceFact.Builder purged = fact(Ids.body("reminder " + fileId), ChangeKind.CHANGE_NODE_PURGED)
                .setUserId("")
                .setPurgedNode(node);
        for (long number = 1; number <= node.getVersion(); number++) {
            if (contents.containsKey(new StoredVersion(fileId, number))) {
                gone(purged, fileId, number);
            }
        }
        facts.add(purged.setUsage(usage()).build());
    }

    void purgeVersion(String fileId, long number) {
        String path = "/files/" + fileId + "/versions/" + number;
        NamespaceFact.Builder purged =
                fact(Ids.command(user, "DELETE", path, nextKey()), ChangeKind.CHANGE_VERSION_PURGED);
        gone(purged, fileId, number);
        done(purged, node(fileId));
    }

    private void gone(NamespaceFact.Builder purged, String fileId, long number) {
        Version version = Objects.requireNonNull(versions.get(new StoredVersion(fileId, number)));
        contents.remove(new StoredVersion(fileId, number));
        purged.addPurgedVersions(version);
        if (number == node(fileId).getVersion()) {
            live -= version.getSizeBytes();
        } else {
            older -= version.getSizeBytes();
        }
    }

    void bringBack(String fileId) {
        Node node =
                node(fileId).toBuilder().setStatus(NodeStatus.NODE_COMPLETED).build();
        changed("POST", "/files/" + fileId + "/restore", "{}", ChangeKind.CHANGE_NODE_RESTORED, node);
    }

    void restore(String fileId, long version) {
        String content = Objects.requireNonNull(contents.get(new StoredVersion(fileId, version)));
        Node before = node(fileId);
        Version again = Version.newBuilder()
                .setNumber(before.getVersion() + 1)
                .setSizeBytes(content.length())
                .setSha256(Ids.body(content))
                .setBaseVersion(before.getVersion())
                .setRestoredVersion(version)
                .build();
        live += content.length() - before.getSizeBytes();
        older += before.getSizeBytes();
        Node after = before.toBuilder()
                .setVersion(again.getNumber())
                .setSizeBytes(again.getSizeBytes())
                .setSha256(again.getSha256())
                .build();
        String key = nextKey();
        String path = "/files/" + fileId + "/restore";
        ByteString command = Ids.command(user, "POST", path, key);
        done(fact(command, ChangeKind.CHANGE_VERSION_RESTORED).setVersion(again), after);
        String body = new JsonObject().put("version", version).encode();
        answered("POST", path, key, body, 200, entry(after));
        contents.put(new StoredVersion(fileId, again.getNumber()), content);
    }

    private void changed(String method, String path, String body, ChangeKind kind, Node node) {
        String key = nextKey();
        done(fact(Ids.command(user, method, path, key), kind), node);
        answered(method, path, key, body, 200, entry(node));
    }

    /** A call that was answered with a file as it is, and made no step. */
    void unchanged(String method, String path, String body, String fileId) {
        answered(method, path, nextKey(), body, 200, entry(node(fileId)));
    }

    private static JsonObject entry(Node node) {
        return new JsonObject()
                .put("fileId", text(node.getNodeId()))
                .put("parentId", text(node.getParentId()))
                .put("name", node.getName())
                .put(
                        "status",
                        node.getStatus().name().substring("NODE_".length()).toLowerCase(Locale.ROOT))
                .put("version", node.getVersion())
                .put("contentHash", Ids.hex(node.getSha256()));
    }

    /** To read. Returns the share's id. */
    String share(String fileId, String with) {
        return share(fileId, with, "read");
    }

    /** Returns the share's id. */
    String share(String fileId, String with, String... permissions) {
        String key = nextKey();
        String path = "/files/" + fileId + "/share";
        ByteString command = Ids.command(user, "POST", path, key);
        Share share = Share.newBuilder()
                .setShareId(command)
                .setNodeId(node(fileId).getNodeId())
                .setUserId(with)
                .setWrite(List.of(permissions).contains("write"))
                .build();
        shares.put(text(command), share);
        done(fact(command, ChangeKind.CHANGE_SHARE_GRANTED).addShares(share), node(fileId));
        JsonObject asked = new JsonObject().put("userId", with).put("permissions", new JsonArray(List.of(permissions)));
        JsonObject answer = asked.copy().put("shareId", text(command)).put("fileId", fileId);
        answered("POST", path, key, asked.encode(), 201, answer);
        return text(command);
    }

    /** What is shared so already is shared so once more: no step is made. */
    void shareAgain() {
        Exchange before = calls.get(calls.size() - 1);
        answered(before.method(), before.path(), nextKey(), before.body(), 201, new JsonObject(before.answer()));
    }

    void unshare(String shareId) {
        String key = nextKey();
        String path = "/shares/" + shareId;
        Share share = Objects.requireNonNull(shares.get(shareId));
        NamespaceFact.Builder ended = fact(Ids.command(user, "DELETE", path, key), ChangeKind.CHANGE_SHARE_ENDED);
        done(ended.addShares(share.toBuilder().setEnded(true)), node(text(share.getNodeId())));
        answered("DELETE", path, key, "", 200, new JsonObject().put("shareId", shareId));
    }

    /** Somebody is shown it now, and fetches it. */
    void read(String user, String fileId, long version, String content) {
        read(user, fileId, version, content, false);
    }

    private void read(String user, String fileId, long version, String content, boolean atRest) {
        String hash = sha256(content);
        seen.saw(new FileRead(user, fileId, version, "200", hash, hash, clock, clock + 10, atRest));
    }

    /** Changes a step of the log. */
    void change(int index, Consumer<NamespaceFact.Builder> change) {
        NamespaceFact.Builder fact = facts.get(index).toBuilder();
        change.accept(fact);
        facts.set(index, fact.build());
    }

    /** Once all versions were read back. */
    Verdict verdict() {
        contents.forEach((version, content) -> read(OWNER, version.fileId(), version.number(), content, true));
        calls.forEach(seen::called);
        return FilesCheck.of(Map.of(SPACE, facts), Map.of(SPACE, OWNER)).verdict(seen);
    }

    private NamespaceFact.Builder fact(ByteString command, ChangeKind kind) {
        clock += 1_000;
        return NamespaceFact.newBuilder()
                .setCommandId(command)
                .setNamespaceId(SPACE)
                .setPosition(Position.newBuilder().setLog("namespaces").setOffset(facts.size()))
                .setAtMillis(clock)
                .setSequence(facts.size() + 1)
                .setOwnerId(OWNER)
                .setUserId(user)
                .setKind(kind);
    }

    private void done(NamespaceFact.Builder fact, Node node, Upload upload) {
        uploads.put(text(upload.getUploadId()), upload);
        done(fact.setUpload(upload), node);
    }

    private void done(NamespaceFact.Builder fact, Node node) {
        nodes.put(text(node.getNodeId()), node);
        if (fact.hasVersion()) {
            versions.put(
                    new StoredVersion(text(node.getNodeId()), fact.getVersion().getNumber()), fact.getVersion());
        }
        facts.add(fact.addNodes(node).setUsage(usage()).build());
    }

    private Usage.Builder usage() {
        return Usage.newBuilder().setReservedBytes(reserved).setLiveBytes(live).setVersionBytes(older);
    }

    private void answered(String method, String path, String key, String body, int status, JsonObject answer) {
        calls.add(new Exchange(user, method, path, key, body, null, status, null, answer.encode()));
    }

    private Node node(String fileId) {
        return Objects.requireNonNull(nodes.get(fileId));
    }

    private String nextKey() {
        return "key-" + calls.size();
    }

    static String text(ByteString localId) {
        return SPACE + "." + Ids.hex(localId);
    }
}
