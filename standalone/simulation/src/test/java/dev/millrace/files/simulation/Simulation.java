package dev.millrace.files.simulation;

import com.google.protobuf.ByteString;
import dev.millrace.files.gc.ChunkLife;
import dev.millrace.files.gc.ChunkStep.Outcome;
import dev.millrace.files.rules.FilesCommands;
import dev.millrace.files.simulation.Bucket.Copy;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.v1.CancelUpload;
import dev.millrace.files.topics.v1.ChunkFact;
import dev.millrace.files.topics.v1.Due;
import dev.millrace.files.topics.v1.DueKind;
import dev.millrace.files.topics.v1.FallDue;
import dev.millrace.files.topics.v1.MarkEpoch;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** All of it, a step at a time. The same seed makes the same steps. */
final class Simulation {
    static final List<String> USERS = List.of("alice", "bob", "carol");

    private static final long START = 1_795_600_000_000L;
    private static final int DEVICES = 2;
    /** Steps until another sender within the job is the slow one. */
    private static final int SLOW_STEPS = 700;

    private static final int MARKERS_EARLY_MAX = 3;
    /** Hundreds of times what it takes. */
    private static final int SETTLED_AFTER_MAX = 1_000_000;

    /** A pack is written anew, then kept, then deleted. */
    private static final int PACK_ROUNDS = 5;

    final Fault fault;
    final Random random;
    final Bucket bucket = new Bucket();
    final Checks checks = new Checks(bucket);
    final List<ChunkFact> chunkFacts = new ArrayList<>();
    final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

    private final List<Owner> owners = new ArrayList<>();
    private final List<Device> devices = new ArrayList<>();
    private final Network network = new Network(this);
    private final Downloads downloads = new Downloads(this);
    private final List<Integer> partitionsWithoutMarker = new ArrayList<>();
    /** Whose uploads are over, and what they sent is to go. */
    private final List<FileId> ended = new ArrayList<>();

    private HashingJob job;
    private HashingJob checkpoint;
    private long now = START;
    private long epoch;
    private int keys;
    private int slowSender = -1;
    private boolean quiet;

    Simulation(long seed, Fault fault) {
        this.fault = fault;
        this.random = new Random(seed);
        for (String user : USERS) {
            owners.add(new Owner(owners.size(), user, fault, this::now));
            for (int device = 0; device < DEVICES; device++) {
                devices.add(new Device(this, user));
            }
        }
        this.job = new HashingJob(this, USERS.size());
        this.checkpoint = job.checkpoint();
    }

    /** @throws Broken if anything isn't as it must be */
    void run(int steps) {
        try {
            for (int step = 0; step < steps; step++) {
                if (step % SLOW_STEPS == 0) {
                    slowSender = random.nextInt(3 * USERS.size());
                }
                now += random.nextInt(4_000) - 500;
                if (chance(100)) {
                    now += random.nextInt((int) Duration.ofDays(3).toMillis());
                }
                step(random.nextInt(1000));
                checks.readOne(random);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void step(int what) throws IOException {
        if (what < 110) {
            pick(devices).live();
        } else if (what < 330) {
            pick(devices).goOn();
        } else if (what < 480) {
            network.deliver();
            network.deliver();
        } else if (what < 570) {
            job.readFact();
        } else if (what < 700) {
            job.deliver();
        } else if (what < 790) {
            job.readChunk();
        } else if (what < 830) {
            job.tell();
        } else if (what < 850) {
            job.writePacks();
        } else if (what < 890) {
            job.keepPacks();
        } else if (what < 910) {
            removeEnded();
        } else if (what < 940) {
            remind();
        } else if (what < 965) {
            downloads.goOn();
        } else if (what < 985) {
            writeMarker();
        } else if (what < 995) {
            checkpoint = job.checkpoint();
        } else if (what < 998) {
            job = checkpoint.again();
        } else if (chance(4)) {
            pick(owners).crash();
        }
    }

    /**
     * Nothing breaks any more, and nobody does anything new, for two epochs and as long as a pack is kept.
     *
     * @throws Broken if anything is missing then, or is still there
     */
    void endInQuiet() {
        quiet = true;
        try {
            settle();
            owners.forEach(this::cancelWhatIsOpen);
            settle();
            // Packs that a failure made the job forget are found by who sweeps the bucket.
            for (Copy copy : bucket.allCopies()) {
                job.ownerOf(copy.chunk()).lives().putIfAbsent(copy, ChunkLife.stored());
            }
            checkpoint = job.checkpoint();
            for (long last = epoch + 2; checkpoint.closed() < last; checkpoint = job.checkpoint()) {
                writeMarker();
                settle();
            }
            for (int round = 0; round < PACK_ROUNDS; round++) {
                now += Duration.ofDays(3).toMillis();
                job.lookAtAll();
                checkpoint = job.checkpoint();
                settle();
            }
            Quiet.expect(checks, bucket, job, owners);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void settle() throws IOException {
        int rounds = 0;
        for (boolean moved = true; moved; ) {
            if (rounds++ == SETTLED_AFTER_MAX) {
                throw new Broken("something goes on for ever");
            }
            moved = false;
            for (Device device : devices) {
                moved |= device.isSending();
                device.goOn();
            }
            moved |= network.deliver();
            moved |= removeEnded();
            moved |= job.readFact();
            moved |= job.deliver();
            moved |= job.readChunk();
            moved |= job.tell();
            moved |= job.keepPacks();
            moved = moved || job.writePacks();
        }
    }

    private void cancelWhatIsOpen(Owner owner) {
        for (Upload upload : List.copyOf(owner.book().uploads.values())) {
            if (upload.getStatus() == UploadStatus.UPLOAD_OPEN) {
                NamespaceCommand.Builder cancel = FilesCommands.of(owner.user).cancel(key(), "").toBuilder();
                cancel.setCancelUpload(CancelUpload.newBuilder().setUploadId(upload.getUploadId()));
                send(owner, cancel.build());
            }
        }
    }

    long now() {
        return now;
    }

    boolean isQuiet() {
        return quiet;
    }

    /** Never, once it is quiet: it is for what goes wrong. */
    boolean chance(int oneOf) {
        return !quiet && random.nextInt(oneOf) == 0;
    }

    <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    boolean isLate(int sender) {
        return !quiet && sender == slowSender && random.nextInt(16) != 0;
    }

    CommandId draw() {
        byte[] drawn = new byte[CommandId.BYTES];
        random.nextBytes(drawn);
        return CommandId.of(ByteString.copyFrom(drawn));
    }

    /** Of a command. */
    String key() {
        return "key " + keys++;
    }

    void seen(Outcome outcome) {
        outcomes.merge(outcome, 1, Integer::sum);
    }

    Owner owner(int partition) {
        return owners.get(partition);
    }

    Owner ownerOf(String user) {
        return owners.get(USERS.indexOf(user));
    }

    Owner ownerIn(String namespace) {
        return owners.stream()
                .filter(owner -> owner.namespace.equals(namespace))
                .findFirst()
                .orElseThrow();
    }

    /** Another device of the same user. */
    Device anotherOf(Device device) {
        return devices.stream()
                .filter(one -> one != device && one.user.equals(device.user))
                .findFirst()
                .orElseThrow();
    }

    boolean isVerifying(FileId upload) {
        Upload there = ownerIn(upload.namespace()).book().upload(upload.local());
        return there != null && there.getStatus() == UploadStatus.UPLOAD_VERIFYING;
    }

    void download(Owner owner, String user) {
        downloads.begin(owner, user);
    }

    /** A command whose answer a device waits for. */
    void send(Owner to, NamespaceCommand command, Device from, FileId upload) {
        network.send(to, command, answer -> from.answered(upload, answer), false);
    }

    void send(Owner to, NamespaceCommand command) {
        network.send(to, command, answer -> {}, false);
    }

    /** What the hashing job says, perhaps twice. */
    void found(FileId upload, Consumer<NamespaceCommand.Builder> what) {
        Owner to = ownerIn(upload.namespace());
        NamespaceCommand.Builder command = ourOwn(to);
        what.accept(command);
        network.send(to, command.build(), answer -> {}, true);
        if (chance(4)) {
            network.send(to, command.build(), answer -> {}, true);
        }
    }

    private NamespaceCommand.Builder ourOwn(Owner to) {
        return NamespaceCommand.newBuilder()
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(FilesCommands.id(key()))
                        .setSubject("millrace:simulation"))
                .setNamespaceId(to.namespace);
    }

    void happened(Owner owner, NamespaceFact fact) {
        checks.happened(owner, fact);
        UploadStatus status = fact.getUpload().getStatus();
        if (fact.hasUpload() && status != UploadStatus.UPLOAD_OPEN && status != UploadStatus.UPLOAD_VERIFYING) {
            ended.add(owner.id(fact.getUpload().getUploadId()));
        }
    }

    private boolean removeEnded() {
        if (ended.isEmpty()) {
            return false;
        }
        bucket.removeUpload(ended.remove(random.nextInt(ended.size())));
        return true;
    }

    private void remind() {
        Owner owner = pick(owners);
        List<Due> due = new ArrayList<>();
        for (Node node : owner.book().nodes.values()) {
            due.add(Due.newBuilder()
                    .setKind(DueKind.DUE_NODE)
                    .setId(node.getNodeId())
                    .setAtMillis(node.getPurgeAtMillis())
                    .build());
        }
        for (Upload upload : owner.book().uploads.values()) {
            due.add(Due.newBuilder()
                    .setKind(DueKind.DUE_UPLOAD)
                    .setId(upload.getUploadId())
                    .setAtMillis(upload.getDueAtMillis())
                    .build());
        }
        due.removeIf(one -> one.getAtMillis() == 0 || one.getAtMillis() > now);
        if (!due.isEmpty()) {
            send(
                    owner,
                    ourOwn(owner)
                            .setFallDue(FallDue.newBuilder().setDue(pick(due)))
                            .build());
        }
    }

    private void writeMarker() {
        if (!partitionsWithoutMarker.isEmpty()) {
            int partition = partitionsWithoutMarker.remove(random.nextInt(partitionsWithoutMarker.size()));
            Owner owner = owners.get(partition);
            owner.take(ourOwn(owner)
                    .setMarkEpoch(MarkEpoch.newBuilder().setEpoch(epoch))
                    .build());
        } else if (fault == Fault.WRITES_MARKERS_EARLY
                ? epoch < job.closed() + MARKERS_EARLY_MAX
                : epoch == checkpoint.closed()) {
            epoch++;
            for (Owner owner : owners) {
                partitionsWithoutMarker.add(owner.partition);
            }
        }
    }

    /** Said for good. */
    void chunkFact(ChunkFact fact) {
        chunkFacts.add(fact);
        if (fact.hasChunkDeleted()) {
            checks.deleted(new Copy(fact.getChunkDeleted().getSha256(), fact.getPack()));
        }
    }

    /** A copy is about to be deleted: no version names it, and no upload will that goes on. */
    void expectUnused(Copy copy) {
        if (network.isNamedByWhatWasFound(copy) || job.isGivenToOneThatGoesOn(copy)) {
            throw new Broken("lost while it is needed: " + copy);
        }
    }
}
