package dev.millrace.files.simulation;

import dev.millrace.files.packs.StoredPack;
import dev.millrace.files.simulation.Bucket.Located;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.Version;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads that take their time: where each chunk lies they know from the beginning. */
final class Downloads {
    private static final Duration LONGEST = Duration.ofHours(24);

    private final Simulation world;
    /** That were read so far. */
    long bytes;

    private final List<Download> underWay = new ArrayList<>();

    private record Download(List<Located> chunks, int next, long begunAtMillis) {}

    Downloads(Simulation world) {
        this.world = world;
    }

    void begin(Owner owner, String user) {
        List<Version> versions = new ArrayList<>();
        for (Node node : owner.book().nodes.values()) {
            if (owner.place(user, node.getNodeId()).readable()) {
                versions.addAll(owner.book().oldestVersions(node.getNodeId(), Integer.MAX_VALUE));
            }
        }
        if (versions.isEmpty()) {
            return;
        }
        Manifest leaf = world.bucket.leaf(world.pick(versions).getManifest());
        List<Located> chunks = new ArrayList<>();
        for (ChunkPlace chunk : leaf.getChunksList()) {
            try {
                chunks.add(world.bucket.locate(leaf.getPacks(chunk.getPack()), chunk));
            } catch (IOException e) {
                throw new Broken("a chunk is lost: " + e);
            }
        }
        underWay.add(new Download(chunks, 0, world.now()));
    }

    void goOn() {
        if (underWay.isEmpty()) {
            return;
        }
        Download download = underWay.remove(world.random.nextInt(underWay.size()));
        boolean late = world.now() - download.begunAtMillis() > LONGEST.toMillis();
        if (late || download.next() == download.chunks().size()) {
            return;
        }
        Located chunk = download.chunks().get(download.next());
        try {
            bytes += StoredPack.of(world.bucket.read(chunk.key())).chunk(chunk.place()).length;
            underWay.add(new Download(download.chunks(), download.next() + 1, download.begunAtMillis()));
        } catch (IOException e) {
            throw new Broken("a download broke off: " + e);
        }
    }
}
