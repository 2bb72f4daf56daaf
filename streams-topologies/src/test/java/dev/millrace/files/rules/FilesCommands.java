package dev.millrace.files.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.CancelUpload;
import dev.millrace.files.topics.v1.CompleteUpload;
import dev.millrace.files.topics.v1.ContentRejected;
import dev.millrace.files.topics.v1.ContentVerified;
import dev.millrace.files.topics.v1.CreateFolder;
import dev.millrace.files.topics.v1.CreateLink;
import dev.millrace.files.topics.v1.DeleteNode;
import dev.millrace.files.topics.v1.Due;
import dev.millrace.files.topics.v1.DueKind;
import dev.millrace.files.topics.v1.EmptyTrash;
import dev.millrace.files.topics.v1.EndShare;
import dev.millrace.files.topics.v1.FallDue;
import dev.millrace.files.topics.v1.LinkPassword;
import dev.millrace.files.topics.v1.MarkEpoch;
import dev.millrace.files.topics.v1.MoveNode;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.OpenLink;
import dev.millrace.files.topics.v1.PurgeNode;
import dev.millrace.files.topics.v1.PurgeVersion;
import dev.millrace.files.topics.v1.RegisterDevice;
import dev.millrace.files.topics.v1.RejectionReason;
import dev.millrace.files.topics.v1.RemoveDevice;
import dev.millrace.files.topics.v1.RestoreNode;
import dev.millrace.files.topics.v1.ShareNode;
import dev.millrace.files.topics.v1.StartUpload;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;

/** Commands as ingest, the hashing job and the reminders write them, to one namespace from one user. */
public final class FilesCommands {
    private final String namespace;
    private final String user;
    private final String device;

    private FilesCommands(String namespace, String user, String device) {
        this.namespace = namespace;
        this.user = user;
        this.device = device;
    }

    /** A user's commands to their own namespace. */
    public static FilesCommands of(String user) {
        return new FilesCommands(FileIds.namespaceOf(user), user, "");
    }

    /** The same user's commands to somebody else's namespace. */
    public FilesCommands in(String owner) {
        return new FilesCommands(FileIds.namespaceOf(owner), user, device);
    }

    public FilesCommands from(String deviceId) {
        return new FilesCommands(namespace, user, deviceId);
    }

    /** Of what the command with this key makes. */
    public static ByteString id(String key) {
        return CommandId.of("", "POST", "/", key).bytes();
    }

    public static ByteString sha256(String content) {
        ByteString half = CommandId.hashOf(content.getBytes(UTF_8));
        return half.concat(half);
    }

    public NamespaceCommand folder(String key, String parent, String name) {
        return command(key, "folder " + parent + name)
                .setCreateFolder(
                        CreateFolder.newBuilder().setParentId(node(parent)).setName(name))
                .build();
    }

    public NamespaceCommand upload(String key, String parent, String name, long size) {
        return command(key, "upload " + parent + name + size)
                .setStartUpload(StartUpload.newBuilder()
                        .setParentId(node(parent))
                        .setName(name)
                        .setSizeBytes(size)
                        .setMimeType("text/plain"))
                .build();
    }

    public NamespaceCommand edit(String key, String file, long base, long size) {
        return edit(key, id(file), base, size);
    }

    public NamespaceCommand edit(String key, ByteString file, long base, long size) {
        return command(key, "edit " + base + " " + size)
                .setStartUpload(StartUpload.newBuilder()
                        .setNodeId(file)
                        .setBaseVersion(base)
                        .setSizeBytes(size)
                        .setMimeType("text/plain"))
                .build();
    }

    public NamespaceCommand cancel(String key, String upload) {
        return command(key, "cancel")
                .setCancelUpload(CancelUpload.newBuilder().setUploadId(id(upload)))
                .build();
    }

    public NamespaceCommand complete(String key, String upload) {
        return command(key, "complete")
                .setCompleteUpload(CompleteUpload.newBuilder().setUploadId(id(upload)))
                .build();
    }

    public NamespaceCommand verified(String upload, String content, long size) {
        return ourOwn("hashing")
                .setContentVerified(ContentVerified.newBuilder()
                        .setUploadId(id(upload))
                        .setSha256(sha256(content))
                        .setSizeBytes(size))
                .build();
    }

    public NamespaceCommand rejected(String upload, RejectionReason reason) {
        return ourOwn("hashing")
                .setContentRejected(
                        ContentRejected.newBuilder().setUploadId(id(upload)).setReason(reason))
                .build();
    }

    public NamespaceCommand due(DueKind kind, ByteString id, long atMillis) {
        return ourOwn("reminder")
                .setFallDue(FallDue.newBuilder()
                        .setDue(Due.newBuilder().setKind(kind).setId(id).setAtMillis(atMillis)))
                .build();
    }

    /** To the partition, whosever commands these are. */
    public NamespaceCommand mark(String partitionKey, String run, long epoch) {
        return ourOwn("hashing")
                .setNamespaceId(partitionKey)
                .setMarkEpoch(MarkEpoch.newBuilder().setRun(id(run)).setEpoch(epoch))
                .build();
    }

    public NamespaceCommand rename(String key, String node, String name) {
        return command(key, "rename " + name)
                .setMoveNode(MoveNode.newBuilder().setNodeId(id(node)).setName(name))
                .build();
    }

    public NamespaceCommand move(String key, String node, String parent) {
        return command(key, "move " + parent)
                .setMoveNode(MoveNode.newBuilder().setNodeId(id(node)).setParentId(node(parent)))
                .build();
    }

    public NamespaceCommand delete(String key, String node) {
        return command(key, "delete")
                .setDeleteNode(DeleteNode.newBuilder().setNodeId(id(node)))
                .build();
    }

    public NamespaceCommand deleteAsOf(String key, String node, long version) {
        return command(key, "delete " + version)
                .setDeleteNode(DeleteNode.newBuilder().setNodeId(id(node)).setBaseVersion(version))
                .build();
    }

    public NamespaceCommand purge(String key, String node) {
        return command(key, "purge")
                .setPurgeNode(PurgeNode.newBuilder().setNodeId(id(node)))
                .build();
    }

    public NamespaceCommand emptyTrash(String key) {
        return command(key, "empty")
                .setEmptyTrash(EmptyTrash.getDefaultInstance())
                .build();
    }

    public NamespaceCommand purgeVersion(String key, String file, long version) {
        return command(key, "purge " + version)
                .setPurgeVersion(PurgeVersion.newBuilder().setNodeId(id(file)).setNumber(version))
                .build();
    }

    /** @param version 0 for the newest */
    public NamespaceCommand restore(String key, String node, long version) {
        return command(key, "restore " + version)
                .setRestoreNode(RestoreNode.newBuilder().setNodeId(id(node)).setVersion(version))
                .build();
    }

    public NamespaceCommand restoreAs(String key, String node, String name, String parent) {
        return command(key, "restore " + name)
                .setRestoreNode(RestoreNode.newBuilder()
                        .setNodeId(id(node))
                        .setName(name)
                        .setParentId(node(parent)))
                .build();
    }

    public NamespaceCommand share(String key, String node, String with, boolean write, long expiresAtMillis) {
        return command(key, "share " + with + write)
                .setShareNode(ShareNode.newBuilder()
                        .setNodeId(id(node))
                        .setUserId(with)
                        .setWrite(write)
                        .setExpiresAtMillis(expiresAtMillis))
                .build();
    }

    /** @param passwordHash empty for none */
    public NamespaceCommand link(String key, String node, long expiresAtMillis, String passwordHash) {
        CreateLink.Builder link = CreateLink.newBuilder()
                .setNodeId(id(node))
                .setExpiresAtMillis(expiresAtMillis)
                .setSecret(id("secret"));
        if (!passwordHash.isEmpty()) {
            link.setPassword(LinkPassword.newBuilder()
                    .setSalt(ByteString.copyFromUtf8("salt"))
                    .setIterations(1)
                    .setHash(ByteString.copyFromUtf8(passwordHash)));
        }
        return command(key, "link").setCreateLink(link).build();
    }

    public NamespaceCommand endShare(String key, String share) {
        return command(key, "end")
                .setEndShare(EndShare.newBuilder().setShareId(id(share)))
                .build();
    }

    public NamespaceCommand open(String key, String link, String passwordHash) {
        return command(key, "open")
                .setOpenLink(OpenLink.newBuilder()
                        .setShareId(id(link))
                        .setSecret(id("secret"))
                        .setPasswordHash(ByteString.copyFromUtf8(passwordHash)))
                .build();
    }

    public NamespaceCommand register(String key, String deviceId, String name) {
        return command(key, "register " + name)
                .setRegisterDevice(
                        RegisterDevice.newBuilder().setDeviceId(deviceId).setName(name))
                .build();
    }

    public NamespaceCommand remove(String key, String deviceId) {
        return command(key, "remove")
                .setRemoveDevice(RemoveDevice.newBuilder().setDeviceId(deviceId))
                .build();
    }

    /** The root goes by the empty key. */
    private static ByteString node(String key) {
        return key.isEmpty() ? FileIds.ROOT : id(key);
    }

    private NamespaceCommand.Builder command(String key, String body) {
        return NamespaceCommand.newBuilder()
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(id(key))
                        .setSubject(user)
                        .setBodyHash(CommandId.hashOf(body.getBytes(UTF_8))))
                .setNamespaceId(namespace)
                .setDeviceId(device);
    }

    private NamespaceCommand.Builder ourOwn(String sender) {
        return NamespaceCommand.newBuilder()
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(CommandId.random().bytes())
                        .setSubject("millrace:" + sender))
                .setNamespaceId(namespace);
    }
}
