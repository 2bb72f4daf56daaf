package dev.millrace.files.serving.edge;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.serving.edge.ContentTree.Placed;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.MovedPack;
import dev.millrace.topics.Sha256;
import java.util.List;

/** Reads a content piece by piece out of packs. Every chunk is held against its hash before a byte of it is given out. */
final class ContentReader {
    /** What is read at once: with what is read ahead, and packed, the most that a download holds. */
    static final int PIECE_BYTES = 1 << 20;
    /** More than any chunk has; a manifest that says otherwise isn't ours. */
    private static final int CHUNK_BYTES_MAX = 1 << 20;
    /** Neighbours may lie a little apart and are read together all the same. */
    private static final int GAP_BYTES_MAX = 16 * 1024;

    private static final int RUN_BYTES_MAX = 2 * PIECE_BYTES;

    /** Between two of them days pass. */
    private static final int MOVES_FOLLOWED_MAX = 2;

    private final ContentObjects objects;
    private final ContentTree tree;

    ContentReader(ContentObjects objects, ContentTree tree) {
        this.objects = objects;
        this.tree = tree;
    }

    /**
     * The next {@link #PIECE_BYTES} of a content from here on, or fewer at the end.
     *
     * @param end at least at + 1
     * @throws ContentDamaged if something isn't there or isn't what it should be
     */
    byte[] piece(ManifestRef root, long at, long end) {
        byte[] piece = new byte[(int) Math.min(PIECE_BYTES, end - at)];
        long until = at + piece.length;
        for (long from = at; from < until; ) {
            List<Placed> chunks = tree.chunks(root, from, until - from);
            if (chunks.isEmpty()) {
                throw new ContentDamaged("manifest of " + root.getSizeBytes() + " bytes: nothing at " + from);
            }
            for (int first = 0; first < chunks.size(); ) {
                int next = endOfRun(chunks, first);
                readRun(chunks.subList(first, next), piece, at);
                first = next;
            }
            from = chunks.get(chunks.size() - 1).end();
        }
        return piece;
    }

    /** Chunks that lie in their pack as they follow each other here are read at once. */
    private static int endOfRun(List<Placed> chunks, int from) {
        Placed first = chunks.get(from);
        int to = from + 1;
        while (to < chunks.size()) {
            Placed next = chunks.get(to);
            long gap = next.chunk().getOffset() - packedEnd(chunks.get(to - 1));
            boolean near = next.pack().equals(first.pack()) && gap >= 0 && gap <= GAP_BYTES_MAX;
            if (!near || packedEnd(next) - first.chunk().getOffset() > RUN_BYTES_MAX) {
                break;
            }
            to++;
        }
        return to;
    }

    private static long packedEnd(Placed placed) {
        return (long) placed.chunk().getOffset() + placed.chunk().getPackedBytes();
    }

    private void readRun(List<Placed> run, byte[] piece, long pieceBegin) {
        Placed first = run.get(0);
        long runBytes = packedEnd(run.get(run.size() - 1)) - first.chunk().getOffset();
        if (runBytes > RUN_BYTES_MAX) {
            throw new ContentDamaged(name(first) + ": " + runBytes + " bytes packed (expected: a chunk's)");
        }
        byte[] packed;
        try {
            packed = objects.read(ContentKeys.pack(first.pack()), first.chunk().getOffset(), (int) runBytes);
        } catch (ContentMissing e) {
            readMoved(run, piece, pieceBegin, e);
            return;
        }
        for (Placed placed : run) {
            byte[] bytes = unpacked(
                    placed, packed, placed.chunk().getOffset() - first.chunk().getOffset());
            copy(placed, bytes, piece, pieceBegin);
        }
    }

    private static void copy(Placed placed, byte[] bytes, byte[] piece, long pieceBegin) {
        long from = Math.max(pieceBegin, placed.begin());
        long to = Math.min(pieceBegin + piece.length, placed.end());
        System.arraycopy(bytes, (int) (from - placed.begin()), piece, (int) (from - pieceBegin), (int) (to - from));
    }

    /** Of a pack that was written anew. What it was written into may be gone already, if that happened once more. */
    private void readMoved(List<Placed> run, byte[] piece, long pieceBegin, ContentMissing missing) {
        ContentMissing why = missing;
        for (int tried = 0; tried < MOVES_FOLLOWED_MAX; tried++) {
            MovedPack moved = moved(run.get(0).pack(), missing);
            try {
                for (Placed placed : run) {
                    Placed now = new Placed(placeIn(moved, placed), moved.getPack(), placed.begin());
                    byte[] packed = objects.read(
                            ContentKeys.pack(now.pack()),
                            now.chunk().getOffset(),
                            now.chunk().getPackedBytes());
                    copy(now, unpacked(now, packed, 0), piece, pieceBegin);
                }
                return;
            } catch (ContentMissing e) {
                why = e;
            }
        }
        throw why;
    }

    private MovedPack moved(ByteString pack, ContentMissing missing) {
        try {
            return MovedPack.parseFrom(objects.read(ContentKeys.moved(pack)));
        } catch (ContentMissing never) {
            throw missing;
        } catch (InvalidProtocolBufferException e) {
            throw new ContentDamaged(ContentKeys.moved(pack) + ": it can't be read", e);
        }
    }

    private static ChunkPlace placeIn(MovedPack moved, Placed placed) {
        return moved.getChunksList().stream()
                .filter(chunk -> chunk.getSha256().equals(placed.chunk().getSha256()))
                .filter(chunk -> chunk.getSizeBytes() == placed.chunk().getSizeBytes())
                .filter(chunk ->
                        chunk.getOffset() >= 0 && chunk.getPackedBytes() > 0 && chunk.getPackedBytes() <= RUN_BYTES_MAX)
                .findFirst()
                .orElseThrow(() -> new ContentDamaged(name(placed) + ": it wasn't written anew"));
    }

    private static byte[] unpacked(Placed placed, byte[] packed, int from) {
        ChunkPlace chunk = placed.chunk();
        int size = chunk.getSizeBytes();
        if (size > CHUNK_BYTES_MAX) {
            throw new ContentDamaged(name(placed) + ": " + size + " bytes (expected: at most " + CHUNK_BYTES_MAX + ")");
        }
        byte[] bytes = new byte[size];
        if (chunk.getZstd()) {
            unpack(placed, packed, from, bytes);
        } else if (chunk.getPackedBytes() == size) {
            System.arraycopy(packed, from, bytes, 0, size);
        } else {
            throw new ContentDamaged(name(placed) + ": " + chunk.getPackedBytes() + " bytes (expected: " + size + ")");
        }
        if (!Sha256.of(bytes, 0, size).equals(chunk.getSha256())) {
            throw new ContentDamaged(name(placed) + ": another hash");
        }
        return bytes;
    }

    private static void unpack(Placed placed, byte[] packed, int from, byte[] bytes) {
        try {
            long got = Zstd.decompressByteArray(
                    bytes, 0, bytes.length, packed, from, placed.chunk().getPackedBytes());
            if (got != bytes.length) {
                throw new ContentDamaged(name(placed) + ": " + got + " bytes (expected: " + bytes.length + ")");
            }
        } catch (ZstdException e) {
            throw new ContentDamaged(name(placed) + ": it can't be unpacked", e);
        }
    }

    private static String name(Placed placed) {
        return "chunk " + Sha256.hex(placed.chunk().getSha256()) + " at "
                + placed.chunk().getOffset() + " of " + ContentKeys.pack(placed.pack());
    }
}
