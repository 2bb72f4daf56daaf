package dev.millrace.files.simulation;

import dev.millrace.files.ingest.LeafPlan;
import dev.millrace.files.rules.Place;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.content.DeclaredContent;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Where contents arrive: says what is there, and puts it together. It keeps nothing. */
final class UploadDesk {
    private final Simulation world;

    UploadDesk(Simulation world) {
        this.world = world;
    }

    /**
     * Declares a content's chunks.
     *
     * @return chunks of each bundle that is to be sent; empty if there is nothing to declare it against
     */
    Optional<List<List<Integer>>> declare(Sending sending, String who) {
        Upload upload = sending.to.book().upload(sending.upload.local());
        if (upload == null) {
            return Optional.empty();
        }
        Place place = sending.to.place(who, upload.getNodeId());
        Version base = sending.to.book().version(upload.getNodeId(), upload.getBaseVersion());
        if (base == null || !place.readable()) {
            return Optional.empty();
        }
        Manifest before = world.bucket.leaf(base.getManifest());
        List<Manifest> known = new ArrayList<>(List.of(before));
        if (world.fault == Fault.FINDS_CHUNKS_OF_OTHER_FILES) {
            world.checks.all().forEach(kept -> known.add(world.bucket.leaf(kept.manifest())));
        }
        List<LeafPlan.Declared> chunks = Contents.cut(sending.content, Contents.CHUNK_BYTES).stream()
                .map(chunk -> new LeafPlan.Declared(Sha256.of(chunk), chunk.length))
                .toList();
        LeafPlan plan = LeafPlan.of(chunks, known);
        expectOnlyItsOwn(plan, before);
        write(sending.upload, base.getManifest(), plan);
        return Optional.of(plan.bundles());
    }

    private void write(FileId upload, ManifestRef base, LeafPlan plan) {
        world.bucket.write(ContentKeys.uploadBase(upload), base.toByteArray());
        world.bucket.write(ContentKeys.uploadLeaf(upload, 0), plan.leaf().toByteArray());
    }

    /** Whatever isn't asked for is in the version that the sender could read. */
    private static void expectOnlyItsOwn(LeafPlan plan, Manifest before) {
        Set<Object> readable =
                before.getChunksList().stream().map(ChunkPlace::getSha256).collect(Collectors.toSet());
        for (ChunkPlace chunk : plan.leaf().getChunksList()) {
            boolean there = chunk.getPack() < plan.leaf().getPacksCount();
            if (there && !readable.contains(chunk.getSha256())) {
                throw new Broken("a sender is told of a chunk that their version doesn't have");
            }
        }
    }

    /** Whether all of it is there, in one piece if it came in parts. */
    boolean complete(Sending sending) throws IOException {
        FileId upload = sending.upload;
        long size = sending.content.length;
        if (world.bucket.bytes(ContentKeys.upload(upload)).isPresent()) {
            return true;
        }
        Map<Integer, byte[]> parts = world.bucket.parts(upload);
        long sent = parts.values().stream().mapToLong(part -> part.length).sum();
        boolean somethingIsEnough = world.fault == Fault.PUTS_TOGETHER_WHAT_IS_THERE;
        if (sent == size || (somethingIsEnough && sent > 0)) {
            world.bucket.join(upload);
            return true;
        }
        Optional<DeclaredContent> declared = DeclaredContent.find(world.bucket, upload);
        OptionalLong bytes = declared.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(declared.get().bytes(size));
        return bytes.isPresent() && bytes.getAsLong() == size;
    }
}
