package dev.millrace.files.simulation;

import com.google.protobuf.ByteString;
import dev.millrace.files.flink.ContentDiffers;
import dev.millrace.files.flink.UploadContent;
import dev.millrace.files.gc.Passage;
import dev.millrace.files.packs.ManifestNode;
import dev.millrace.files.packs.Packed;
import dev.millrace.files.simulation.Bucket.Copy;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.content.DeclaredContent;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ChunkDeleted;
import dev.millrace.files.topics.v1.ChunkFact;
import dev.millrace.files.topics.v1.ContentRejected;
import dev.millrace.files.topics.v1.ContentVerified;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.RejectionReason;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.topics.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The job that hashes and collects, as all that a checkpoint has. Every channel between its tasks keeps its order and no
 * other.
 */
final class HashingJob {
    static final int OWNERS = 2;

    private final Simulation world;
    private final int partitions;
    private final int[] read;
    private final List<Passage> passages = new ArrayList<>();
    private final List<ChunkOwner> owners = new ArrayList<>();
    /** From each partition's facts, then from each partition's uploads, to each owner. */
    private final List<Deque<Message>> channels = new ArrayList<>();

    private final Map<FileId, Reading> readings;
    private final PackKeeper keeper;
    /** What is said when the next checkpoint is complete. */
    private final List<ChunkFact> said = new ArrayList<>();

    /** What one task sends to another. */
    private interface Message {
        void reach(HashingJob job);
    }

    /** An upload on its way through the job; where its chunks lie comes in any order. */
    private record Reading(int partition, long sizeBytes, ByteString soFar, int next, Map<Integer, Packed> places) {
        Reading sent(byte[] chunk) {
            return new Reading(partition, sizeBytes, soFar.concat(ByteString.copyFrom(chunk)), next + 1, places);
        }

        Reading placed(int index, Packed at) {
            Map<Integer, Packed> with = new TreeMap<>(places);
            with.put(index, at);
            return new Reading(partition, sizeBytes, soFar, next, with);
        }

        int chunks() {
            return (int) ((sizeBytes + Contents.CHUNK_BYTES - 1) / Contents.CHUNK_BYTES);
        }
    }

    HashingJob(Simulation world, int partitions) {
        this.world = world;
        this.partitions = partitions;
        this.read = new int[partitions];
        this.readings = new LinkedHashMap<>();
        this.keeper = new PackKeeper(world.bucket, world.fault, world::draw);
        for (int partition = 0; partition < partitions; partition++) {
            passages.add(Passage.start());
        }
        for (int owner = 0; owner < OWNERS; owner++) {
            owners.add(new ChunkOwner(partitions, world.fault, world::seen));
        }
        for (int channel = 0; channel < 2 * partitions * OWNERS; channel++) {
            channels.add(new ArrayDeque<>());
        }
    }

    private HashingJob(HashingJob other) {
        this.world = other.world;
        this.partitions = other.partitions;
        this.read = other.read.clone();
        this.readings = new LinkedHashMap<>(other.readings);
        this.keeper = new PackKeeper(other.keeper);
        this.passages.addAll(other.passages);
        other.owners.forEach(owner -> owners.add(new ChunkOwner(owner)));
        other.channels.forEach(channel -> channels.add(new ArrayDeque<>(channel)));
    }

    /** As it is now, once what is being written is written; and what was said is said for good. */
    HashingJob checkpoint() {
        writePacks();
        said.forEach(world::chunkFact);
        said.clear();
        return new HashingJob(this);
    }

    HashingJob again() {
        return new HashingJob(this);
    }

    long closed() {
        return owners.stream().mapToLong(ChunkOwner::closed).min().orElseThrow();
    }

    ChunkOwner ownerOf(ByteString chunk) {
        return owners.get(taskOf(chunk));
    }

    private static int taskOf(ByteString chunk) {
        return chunk.byteAt(0) & (OWNERS - 1);
    }

    List<ChunkOwner> owners() {
        return owners;
    }

    /** Copies that it gave to an upload whose end hasn't come. */
    boolean isGivenToOneThatGoesOn(Copy copy) {
        return readings.entrySet().stream()
                .filter(reading -> world.isVerifying(reading.getKey()))
                .flatMap(reading -> reading.getValue().places().values().stream())
                .anyMatch(at ->
                        at.pack().equals(copy.pack()) && at.place().getSha256().equals(copy.chunk()));
    }

    boolean readFact() {
        List<Integer> unread = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            if (read[partition] < world.owner(partition).facts().size()) {
                unread.add(partition);
            }
        }
        if (unread.isEmpty()) {
            return false;
        }
        int partition = world.pick(unread);
        if (!world.isLate(partition)) {
            follow(partition, world.owner(partition).facts().get(read[partition]++));
        }
        return true;
    }

    private void follow(int partition, NamespaceFact fact) {
        if (fact.hasEpochMarked()) {
            pass(partition, passages.get(partition).marker(fact.getEpochMarked().getEpoch()));
            return;
        }
        boolean uncounted =
                world.fault == Fault.COUNTS_NO_RESTORED_VERSION && fact.getKind() == ChangeKind.CHANGE_VERSION_RESTORED;
        if (fact.hasVersion() && !uncounted) {
            each(partition, fact.getVersion(), ChunkOwner::referenced);
        }
        boolean unreleased = world.fault == Fault.KEEPS_WHAT_A_PURGED_VERSION_NAMED
                && fact.getKind() == ChangeKind.CHANGE_VERSION_PURGED;
        for (Version version : unreleased ? List.<Version>of() : fact.getPurgedVersionsList()) {
            each(partition, version, ChunkOwner::released);
        }
        if (fact.hasUpload()) {
            FileId upload = new FileId(fact.getNamespaceId(), fact.getUpload().getUploadId());
            UploadStatus status = fact.getUpload().getStatus();
            if (fact.getKind() == ChangeKind.CHANGE_UPLOAD_COMPLETED) {
                if (world.fault != Fault.LETS_MARKERS_PASS_UPLOADS) {
                    passages.set(partition, passages.get(partition).uploadBegun(upload.toString()));
                }
                readings.putIfAbsent(
                        upload, new Reading(partition, fact.getUpload().getSizeBytes(), ByteString.EMPTY, 0, Map.of()));
            } else if (status != UploadStatus.UPLOAD_OPEN && status != UploadStatus.UPLOAD_VERIFYING) {
                pass(partition, passages.get(partition).uploadOver(upload.toString()));
            }
        }
    }

    /** What an owner does with a copy. */
    private interface Counting {
        void count(ChunkOwner owner, Copy copy);
    }

    private void each(int partition, Version version, Counting counting) {
        for (Copy copy : world.bucket.copies(version.getManifest())) {
            send(partition, taskOf(copy.chunk()), then -> counting.count(then.ownerOf(copy.chunk()), copy));
        }
    }

    private void pass(int partition, Passage after) {
        long before = passages.set(partition, after).passed();
        long now = after.passed();
        if (now > before) {
            for (int to = 0; to < OWNERS; to++) {
                int owner = to;
                send(partition, owner, then -> then.passed(owner, partition, now));
            }
        }
    }

    private void passed(int to, int partition, long now) {
        for (Copy copy : owners.get(to).passed(partition, now)) {
            world.expectUnused(copy);
            said.add(ChunkFact.newBuilder()
                    .setPack(copy.pack())
                    .setChunkDeleted(ChunkDeleted.newBuilder().setSha256(copy.chunk()))
                    .build());
        }
    }

    private void send(int sender, int owner, Message message) {
        channels.get(sender * OWNERS + owner).add(message);
    }

    boolean deliver() {
        List<Integer> filled = new ArrayList<>();
        for (int channel = 0; channel < channels.size(); channel++) {
            if (!channels.get(channel).isEmpty()) {
                filled.add(channel);
            }
        }
        if (filled.isEmpty()) {
            return false;
        }
        int channel = world.pick(filled);
        if (!world.isLate(channel / OWNERS)) {
            channels.get(channel).remove().reach(this);
        }
        return true;
    }

    /** The next chunk of some upload. */
    boolean readChunk() throws IOException {
        List<FileId> unread = new ArrayList<>();
        readings.forEach((upload, reading) -> {
            if (reading.next() < reading.chunks()) {
                unread.add(upload);
            }
        });
        if (unread.isEmpty()) {
            return false;
        }
        FileId upload = world.pick(unread);
        Reading reading = reading(upload);
        if (world.isLate(2 * partitions)) {
            return true;
        }
        long from = (long) reading.next() * Contents.CHUNK_BYTES;
        int bytes = (int) Math.min(Contents.CHUNK_BYTES, reading.sizeBytes() - from);
        UploadContent content = new UploadContent(world.bucket, upload);
        try {
            OptionalLong there = content.bytes(reading.sizeBytes());
            if (there.isEmpty()) {
                reject(upload, RejectionReason.REJECTION_CONTENT_MISSING);
            } else if (there.getAsLong() != reading.sizeBytes()) {
                reject(upload, RejectionReason.REJECTION_SIZE_MISMATCH);
            } else {
                byte[] chunk = content.read(from, bytes).readAllBytes();
                sendChunk(upload, reading, Sha256.of(chunk), chunk);
            }
        } catch (FileNotFoundException e) {
            reject(upload, RejectionReason.REJECTION_CONTENT_MISSING);
        } catch (ContentDiffers e) {
            if (world.fault == Fault.TAKES_DECLARED_CHUNKS_ON_TRUST) {
                DeclaredContent declared =
                        DeclaredContent.find(world.bucket, upload).orElseThrow();
                ByteString hash = declared.leafAt(from)
                        .declared()
                        .getChunks(reading.next())
                        .getSha256();
                sendChunk(upload, reading, hash, new byte[bytes]);
            } else {
                reject(upload, RejectionReason.REJECTION_HASH_MISMATCH);
            }
        }
        return true;
    }

    private Reading reading(FileId upload) {
        Reading reading = readings.get(upload);
        if (reading == null) {
            throw new IllegalStateException("isn't read: " + upload);
        }
        return reading;
    }

    private void reject(FileId upload, RejectionReason reason) {
        readings.remove(upload);
        world.found(
                upload,
                command -> command.setContentRejected(
                        ContentRejected.newBuilder().setUploadId(upload.local()).setReason(reason)));
    }

    private void sendChunk(FileId upload, Reading reading, ByteString hash, byte[] chunk) {
        int index = reading.next();
        readings.put(upload, reading.sent(chunk));
        send(partitions + reading.partition(), taskOf(hash), then -> {
            ChunkOwner owner = then.ownerOf(hash);
            if (owner.brought(upload, index, hash, chunk, then::place)) {
                owner.write(world.bucket, world.draw(), then::place);
            }
        });
    }

    boolean writePacks() {
        boolean written = false;
        for (ChunkOwner owner : owners) {
            written |= owner.write(world.bucket, world.draw(), this::place);
        }
        return written;
    }

    private void place(FileId upload, int index, Packed at) {
        Reading reading = readings.get(upload);
        if (reading != null) {
            readings.put(upload, reading.placed(index, at));
        }
    }

    /** An upload whose chunks all have a place is a manifest, and its owner is told. */
    boolean tell() {
        List<FileId> complete = new ArrayList<>();
        readings.forEach((upload, reading) -> {
            if (reading.places().size() == reading.chunks()) {
                complete.add(upload);
            }
        });
        if (complete.isEmpty()) {
            return false;
        }
        FileId upload = world.pick(complete);
        Reading reading = reading(upload);
        readings.remove(upload);
        ManifestNode manifest = ManifestNode.leaf(List.copyOf(reading.places().values()));
        ManifestRef ref = manifest.ref();
        world.bucket.write(ContentKeys.manifest(ref.getSha256()), manifest.bytes());
        ByteString whole = Sha256.of(reading.soFar().toByteArray());
        world.found(
                upload,
                command -> command.setContentVerified(ContentVerified.newBuilder()
                        .setUploadId(upload.local())
                        .setSha256(whole)
                        .setSizeBytes(reading.sizeBytes())
                        .setManifest(ref)));
        return true;
    }

    /** A fact of chunks is read, or a pack is looked at. True if anything came of it. */
    boolean keepPacks() throws IOException {
        if (keeper.readFact(world.chunkFacts, world.now())) {
            return true;
        }
        List<ByteString> known = keeper.known();
        return !known.isEmpty() && said.addAll(keeper.look(world.pick(known), world.now()));
    }

    /** Every pack is looked at. */
    void lookAtAll() throws IOException {
        for (ByteString pack : keeper.known()) {
            said.addAll(keeper.look(pack, world.now()));
        }
    }
}
