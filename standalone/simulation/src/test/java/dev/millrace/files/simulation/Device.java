package dev.millrace.files.simulation;

import com.google.protobuf.ByteString;
import dev.millrace.files.rules.FilesCommands;
import dev.millrace.files.rules.NamespaceRules;
import dev.millrace.files.simulation.Sending.Stage;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/** A user's device: what it knows is as old as when it last looked, and it sends again until it is answered. */
final class Device {
    private static final List<String> NAMES = List.of("a", "A", "é", "e\u0301", "É", "b.txt", "B.TXT", "c");
    private static final long HUGE_BYTES = 100L << 30;
    private static final int SENDINGS_MAX = 3;
    private static final int NODES_MAX = 25;

    final String user;
    private final Simulation world;
    private final UploadDesk desk;
    private final Random random;
    private final Map<FileId, Sending> sendings = new LinkedHashMap<>();
    private final Map<FileId, Known> known = new LinkedHashMap<>();

    /** A file as it was when the device looked. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Known(long version, byte[] content) {}

    Device(Simulation world, String user) {
        this.world = world;
        this.desk = new UploadDesk(world);
        this.random = world.random;
        this.user = user;
    }

    /** The user does something. */
    void live() {
        Owner owner = world.chance(4) ? world.owner(random.nextInt(Simulation.USERS.size())) : world.ownerOf(user);
        int what = random.nextInt(100);
        if (what < 22) {
            look(owner);
        } else if (what < 34) {
            putNew(owner);
        } else if (what < 62) {
            edit(true);
        } else if (what < 67) {
            edit(false);
        } else if (what < 92) {
            change(owner, what - 67);
        } else if (what < 95) {
            crash();
        } else {
            world.download(owner, user);
        }
    }

    /** Of whatever the user may see now. */
    private List<Node> visible(Owner owner, Predicate<Node> which) {
        List<Node> some = new ArrayList<>();
        for (Node node : owner.book().nodes.values()) {
            if (which.test(node) && owner.place(user, node.getNodeId()).readable()) {
                some.add(node);
            }
        }
        return some;
    }

    private static boolean isFile(Node node) {
        return !node.getFolder() && node.getVersion() > 0;
    }

    private void look(Owner owner) {
        List<Node> files = visible(owner, node -> isFile(node) && node.getStatus() == NodeStatus.NODE_COMPLETED);
        if (!files.isEmpty()) {
            Node file = world.pick(files);
            FileId id = owner.id(file.getNodeId());
            known.put(id, new Known(file.getVersion(), world.checks.read(id, file.getVersion())));
        }
    }

    private ByteString folder(Owner owner) {
        List<Node> folders = visible(owner, node -> node.getFolder() && NamespaceRules.isNamed(node));
        return folders.isEmpty() || random.nextBoolean()
                ? FileIds.ROOT
                : world.pick(folders).getNodeId();
    }

    private FilesCommands commands(Owner owner) {
        return FilesCommands.of(user).in(owner.user);
    }

    private String name() {
        return world.pick(NAMES);
    }

    private void putNew(Owner owner) {
        if (sendings.size() >= SENDINGS_MAX || owner.book().nodes.size() > NODES_MAX) {
            return;
        }
        boolean huge = world.chance(12);
        byte[] content = Contents.drawn(random, user);
        String key = world.key();
        NamespaceCommand.Builder start =
                commands(owner).upload(key, "", name(), huge ? HUGE_BYTES : content.length).toBuilder();
        start.getStartUploadBuilder().setParentId(folder(owner));
        begin(owner, key, start, content, 0, true, false);
    }

    /** @param honest or the device declares a chunk that it hasn't, but of which it knows the hash */
    private void edit(boolean honest) {
        if (sendings.size() >= SENDINGS_MAX || known.isEmpty()) {
            return;
        }
        FileId file = world.pick(List.copyOf(known.keySet()));
        Known before = known.getOrDefault(file, new Known(0, new byte[0]));
        byte[] content = Contents.edited(random, user, before.content());
        if (!honest) {
            content = world.pick(world.checks.all()).content();
            if (Contents.hasAll(before.content(), content)) {
                return;
            }
        }
        Owner owner = world.ownerIn(file.namespace());
        String key = world.key();
        NamespaceCommand.Builder start =
                commands(owner).edit(key, file.local(), before.version(), content.length).toBuilder();
        begin(owner, key, start, content, before.version(), honest, !honest || random.nextBoolean());
    }

    private void begin(
            Owner owner,
            String key,
            NamespaceCommand.Builder start,
            byte[] content,
            long base,
            boolean honest,
            boolean declares) {
        if (random.nextBoolean()) {
            start.getStartUploadBuilder().setDeclaredSha256(Sha256.of(content));
        }
        FileId upload = owner.id(FilesCommands.id(key));
        Sending sending = new Sending(owner, upload, start.build(), content, honest, declares);
        world.checks.sends(upload, content, base, honest);
        sendings.put(upload, sending);
        world.send(owner, sending.start, this, upload);
    }

    private void change(Owner owner, int what) {
        List<Node> nodes = visible(owner, node -> true);
        FilesCommands commands = commands(owner);
        String key = world.key();
        if (what < 3 || nodes.isEmpty()) {
            if (owner.book().nodes.size() <= NODES_MAX) {
                NamespaceCommand.Builder made = commands.folder(key, "", name()).toBuilder();
                made.getCreateFolderBuilder().setParentId(folder(owner));
                world.send(owner, made.build());
            }
            return;
        }
        Node node = world.pick(nodes);
        ByteString id = node.getNodeId();
        if (what < 9) {
            NamespaceCommand.Builder moved = commands.rename(key, "", name()).toBuilder();
            moved.getMoveNodeBuilder().setNodeId(id);
            if (what < 6) {
                moved.getMoveNodeBuilder().clearName().setParentId(folder(owner));
            }
            world.send(owner, moved.build());
        } else if (what < 14) {
            NamespaceCommand.Builder deleted = commands.delete(key, "").toBuilder();
            deleted.getDeleteNodeBuilder().setNodeId(id);
            Known seen = known.get(owner.id(id));
            if (seen != null && random.nextBoolean()) {
                deleted.getDeleteNodeBuilder().setBaseVersion(seen.version());
            }
            world.send(owner, deleted.build());
        } else if (what < 17) {
            purge(owner, key, node);
        } else if (what < 21) {
            long version = isFile(node) ? random.nextInt((int) node.getVersion() + 1) : 0;
            NamespaceCommand.Builder restored = commands.restore(key, "", version).toBuilder();
            restored.getRestoreNodeBuilder().setNodeId(id);
            world.send(owner, restored.build());
        } else {
            share(owner, key, id);
        }
    }

    /** What is deleted, all that is, or an old version of something that nobody uploads to; or what can't be. */
    private void purge(Owner owner, String key, Node node) {
        FilesCommands commands = commands(owner);
        List<Node> edited = visible(
                owner,
                one -> one.getVersion() > 1 && one.getUploads() == 0 && one.getStatus() == NodeStatus.NODE_COMPLETED);
        NamespaceCommand.Builder purged;
        if (!edited.isEmpty() && random.nextBoolean()) {
            Node file = world.pick(edited);
            purged = commands.purgeVersion(key, "", 1 + random.nextInt((int) file.getVersion())).toBuilder();
            purged.getPurgeVersionBuilder().setNodeId(file.getNodeId());
        } else if (world.chance(3)) {
            purged = commands.emptyTrash(key).toBuilder();
        } else {
            purged = commands.purge(key, "").toBuilder();
            purged.getPurgeNodeBuilder().setNodeId(node.getNodeId());
        }
        world.send(owner, purged.build());
    }

    private void share(Owner owner, String key, ByteString node) {
        FilesCommands commands = commands(owner);
        List<Share> shares = owner.book().sharesOf(node);
        if (shares.isEmpty()) {
            String with = world.pick(Simulation.USERS);
            NamespaceCommand.Builder shared = commands.share(key, "", with, world.chance(2), 0).toBuilder();
            shared.getShareNodeBuilder().setNodeId(node);
            world.send(owner, shared.build());
        } else {
            NamespaceCommand.Builder taken = commands.endShare(key, "").toBuilder();
            taken.getEndShareBuilder().setShareId(world.pick(shares).getShareId());
            world.send(owner, taken.build());
        }
    }

    /** What it is sending is on its disk; another device of the user may go on with it. */
    private void crash() {
        Device with = world.chance(2) ? world.anotherOf(this) : this;
        List<Sending> all = List.copyOf(sendings.values());
        sendings.clear();
        for (Sending sending : all) {
            sending.crash();
            with.sendings.put(sending.upload, sending);
        }
    }

    boolean isSending() {
        return !sendings.isEmpty();
    }

    /** One of its uploads goes on. */
    void goOn() throws IOException {
        if (!sendings.isEmpty()) {
            goOn(world.pick(List.copyOf(sendings.values())));
        }
    }

    private void goOn(Sending sending) throws IOException {
        switch (sending.stage) {
            case STARTING -> again(sending, sending.start);
            case OPEN -> {
                boolean huge = sending.start.getStartUpload().getSizeBytes() == HUGE_BYTES;
                if (huge ? world.isQuiet() || world.chance(8) : world.chance(40)) {
                    sending.stage = Stage.CANCELLING;
                    goOn(sending);
                } else if (!huge) {
                    sendSome(sending);
                }
            }
            case COMPLETING -> {
                NamespaceCommand.Builder complete =
                        commands(sending.to).complete("complete " + sending.upload, "").toBuilder();
                complete.getCompleteUploadBuilder().setUploadId(sending.upload.local());
                again(sending, complete.build());
            }
            case CANCELLING -> {
                NamespaceCommand.Builder cancel =
                        commands(sending.to).cancel("cancel " + sending.upload, "").toBuilder();
                cancel.getCancelUploadBuilder().setUploadId(sending.upload.local());
                again(sending, cancel.build());
            }
            case OVER -> sendings.remove(sending.upload);
        }
    }

    private void again(Sending sending, NamespaceCommand command) {
        world.send(sending.to, command, this, sending.upload);
    }

    private void sendSome(Sending sending) throws IOException {
        if (sending.declares && !sending.declared) {
            desk.declare(sending, user)
                    .ifPresentOrElse(
                            bundles -> {
                                sending.bundles = bundles;
                                sending.declared = true;
                            },
                            () -> {
                                sending.declares = false;
                                // It has nothing else to send.
                                sending.stage = sending.honest ? Stage.OPEN : Stage.CANCELLING;
                            });
            return;
        }
        int pieces = sending.declares
                ? sending.bundles.size()
                : Contents.cut(sending.content, Contents.PART_BYTES).size();
        if (!sending.declares) {
            sending.sent.addAll(world.bucket.parts(sending.upload).keySet());
        }
        List<Integer> missing = new ArrayList<>();
        for (int piece = 0; piece < pieces; piece++) {
            if (!sending.sent.contains(piece)) {
                missing.add(piece);
            }
        }
        if (missing.isEmpty() || world.chance(12)) {
            if (desk.complete(sending)) {
                sending.stage = Stage.COMPLETING;
                goOn(sending);
            } else if (missing.isEmpty()) {
                // What was there has gone, or was declared by another device: it begins again with what is missing now.
                sending.sent.clear();
                sending.declared = false;
            }
            return;
        }
        int piece = world.pick(missing);
        if (sending.declares) {
            world.bucket.write(
                    ContentKeys.uploadBundle(sending.upload, 0, piece), bundle(sending, sending.bundles.get(piece)));
        } else {
            byte[] part = Contents.cut(sending.content, Contents.PART_BYTES).get(piece);
            world.bucket.sendPart(sending.upload, piece, part);
        }
        // It may not hear that it has arrived.
        if (!world.chance(8)) {
            sending.sent.add(piece);
        }
    }

    private static byte[] bundle(Sending sending, List<Integer> chunks) {
        byte[] bundle = new byte[chunks.size() * Contents.CHUNK_BYTES];
        if (sending.honest) {
            for (int i = 0; i < chunks.size(); i++) {
                int from = chunks.get(i) * Contents.CHUNK_BYTES;
                System.arraycopy(sending.content, from, bundle, i * Contents.CHUNK_BYTES, Contents.CHUNK_BYTES);
            }
        }
        return bundle;
    }

    void answered(FileId upload, NamespaceOutcome outcome) {
        Sending sending = sendings.get(upload);
        if (sending == null) {
            return;
        }
        if (outcome.hasRefused()) {
            sending.stage = Stage.OVER;
            sendings.remove(upload);
            return;
        }
        switch (outcome.getUpload().getUpload().getStatus()) {
            case UPLOAD_OPEN -> {
                if (sending.stage == Stage.STARTING) {
                    sending.stage = Stage.OPEN;
                }
            }
            // Its bytes aren't needed any more: the rest is the hashing job's.
            default -> sendings.remove(upload);
        }
    }
}
