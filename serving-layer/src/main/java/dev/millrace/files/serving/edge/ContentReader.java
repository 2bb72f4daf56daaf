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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a content out of packs, several pieces at a time. Every chunk is held against its hash before a byte of it is
 * given out.
 */
final class ContentReader {
    /** What is sent at once. */
    static final int PIECE_BYTES = 1 << 20;
    /** More than any chunk has; a manifest that says otherwise isn't ours. */
    private static final int CHUNK_BYTES_MAX = 1 << 20;
    /** Neighbours may lie a little apart and are read together all the same: asking twice costs more. */
    private static final int GAP_BYTES_MAX = 64 * 1024;
    /** What is read of a pack at once: with the pieces it belongs to, the most that a read holds. */
    private static final int RUN_BYTES_MAX = 4 * PIECE_BYTES;

    /** Between two of them days pass. */
    private static final int MOVES_FOLLOWED_MAX = 2;

    private final ContentObjects objects;
    private final ContentTree tree;

    ContentReader(ContentObjects objects, ContentTree tree) {
        this.objects = objects;
        this.tree = tree;
    }

    /**
     * What comes from here on in a content, in pieces of {@link #PIECE_BYTES}; the last one has fewer if it is at the
     * end. Chunks that lie in one pack are asked for together, wherever between them others belong: the chunks of a
     * content are spread over as many packs as are written at a time.
     *
     * @param end at least at + 1
     * @param piecesMax at least 1
     * @throws ContentDamaged if something isn't there or isn't what it should be
     */
    List<byte[]> pieces(ManifestRef root, long at, long end, int piecesMax) {
        Window window = new Window(at, Math.min(end, at + (long) piecesMax * PIECE_BYTES));
        for (long from = at; from < window.end; ) {
            List<Placed> chunks = tree.chunks(root, from, window.end - from);
            if (chunks.isEmpty()) {
                throw new ContentDamaged("manifest of " + root.getSizeBytes() + " bytes: nothing at " + from);
            }
            Map<ByteString, List<Placed>> byPack = new LinkedHashMap<>();
            chunks.forEach(chunk -> byPack.computeIfAbsent(chunk.pack(), pack -> new ArrayList<>())
                    .add(chunk));
            byPack.values().forEach(inPack -> readWhereverItIs(inPack, window));
            from = chunks.get(chunks.size() - 1).end();
        }
        return List.of(window.pieces);
    }

    /** Pieces that are being filled. */
    private static final class Window {
        private final long begin;
        private final long end;
        private final byte[][] pieces;

        Window(long begin, long end) {
            this.begin = begin;
            this.end = end;
            this.pieces = new byte[(int) ((end - begin + PIECE_BYTES - 1) / PIECE_BYTES)][];
            for (int i = 0; i < pieces.length; i++) {
                pieces[i] = new byte[(int) Math.min(PIECE_BYTES, end - begin - (long) i * PIECE_BYTES)];
            }
        }

        /** Copies what of a chunk belongs here. */
        void put(Placed placed, byte[] bytes, int from) {
            long at = Math.max(begin, placed.begin());
            long to = Math.min(end, placed.end());
            while (at < to) {
                byte[] piece = pieces[(int) ((at - begin) / PIECE_BYTES)];
                int in = (int) ((at - begin) % PIECE_BYTES);
                int length = (int) Math.min(to - at, piece.length - in);
                System.arraycopy(bytes, from + (int) (at - placed.begin()), piece, in, length);
                at += length;
            }
        }
    }

    /** If its pack was written anew, from there. What that was written into may be gone already, if that happened once more. */
    private void readWhereverItIs(List<Placed> inPack, Window window) {
        ContentMissing why;
        try {
            read(inPack, window);
            return;
        } catch (ContentMissing e) {
            why = e;
        }
        ContentMissing missing = why;
        for (int tried = 0; tried < MOVES_FOLLOWED_MAX; tried++) {
            MovedPack moved = moved(inPack.get(0).pack(), missing);
            try {
                read(
                        inPack.stream()
                                .map(placed -> new Placed(placeIn(moved, placed), moved.getPack(), placed.begin()))
                                .toList(),
                        window);
                return;
            } catch (ContentMissing e) {
                why = e;
            }
        }
        throw why;
    }

    private void read(List<Placed> inPack, Window window) {
        List<Placed> inOrder = new ArrayList<>(inPack);
        inOrder.sort(Comparator.comparingInt(placed -> placed.chunk().getOffset()));
        for (int first = 0; first < inOrder.size(); ) {
            int next = endOfRun(inOrder, first);
            readRun(inOrder.subList(first, next), window);
            first = next;
        }
    }

    /** Chunks that lie near each other are read at once. */
    private static int endOfRun(List<Placed> inOrder, int from) {
        int begin = inOrder.get(from).chunk().getOffset();
        long end = packedEnd(inOrder.get(from));
        int to = from + 1;
        while (to < inOrder.size()) {
            Placed next = inOrder.get(to);
            long further = Math.max(end, packedEnd(next));
            if (next.chunk().getOffset() - end > GAP_BYTES_MAX || further - begin > RUN_BYTES_MAX) {
                break;
            }
            end = further;
            to++;
        }
        return to;
    }

    private static long packedEnd(Placed placed) {
        return (long) placed.chunk().getOffset() + placed.chunk().getPackedBytes();
    }

    private void readRun(List<Placed> run, Window window) {
        Placed first = run.get(0);
        int begin = first.chunk().getOffset();
        long runBytes = run.stream().mapToLong(ContentReader::packedEnd).max().orElseThrow() - begin;
        if (runBytes > RUN_BYTES_MAX) {
            throw new ContentDamaged(name(first) + ": " + runBytes + " bytes packed (expected: a chunk's)");
        }
        byte[] packed = objects.read(ContentKeys.pack(first.pack()), begin, (int) runBytes);
        for (Placed placed : run) {
            unpack(placed, packed, placed.chunk().getOffset() - begin, window);
        }
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

    private static void unpack(Placed placed, byte[] packed, int from, Window window) {
        ChunkPlace chunk = placed.chunk();
        int size = chunk.getSizeBytes();
        if (size > CHUNK_BYTES_MAX) {
            throw new ContentDamaged(name(placed) + ": " + size + " bytes (expected: at most " + CHUNK_BYTES_MAX + ")");
        }
        byte[] bytes = packed;
        int at = from;
        if (chunk.getZstd()) {
            bytes = new byte[size];
            at = 0;
            unpack(placed, packed, from, bytes);
        } else if (chunk.getPackedBytes() != size) {
            throw new ContentDamaged(name(placed) + ": " + chunk.getPackedBytes() + " bytes (expected: " + size + ")");
        }
        if (!Sha256.of(bytes, at, size).equals(chunk.getSha256())) {
            throw new ContentDamaged(name(placed) + ": another hash");
        }
        window.put(placed, bytes, at);
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
