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
import io.vertx.core.buffer.Buffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
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
    /** More than any chunk has; a manifest that says otherwise isn't ours. */
    private static final int CHUNK_BYTES_MAX = 1 << 20;
    /** Neighbours may lie a little apart and are read together all the same: asking twice costs more. */
    private static final int GAP_BYTES_MAX = 64 * 1024;
    /** What is asked for of a pack at once. Only a chunk of it is in memory, beside the pieces it belongs to. */
    private static final int RUN_BYTES_MAX = 4 * PieceBuffers.BYTES;

    /** Between two of them days pass. */
    private static final int MOVES_FOLLOWED_MAX = 2;

    private final ContentObjects objects;
    private final ContentTree tree;
    private final PieceBuffers buffers;

    ContentReader(ContentObjects objects, ContentTree tree, PieceBuffers buffers) {
        this.objects = objects;
        this.tree = tree;
        this.buffers = buffers;
    }

    /**
     * What comes from here on in a content, in pieces of {@link PieceBuffers#BYTES}; the last one has fewer if it is at the
     * end. Chunks that lie in one pack are asked for together, wherever between them others belong: the chunks of a
     * content are spread over as many packs as are written at a time.
     *
     * @param end at least at + 1
     * @param piecesMax at least 1
     * @throws ContentDamaged if something isn't there or isn't what it should be
     */
    List<Buffer> pieces(ManifestRef root, long at, long end, int piecesMax) {
        Window window = new Window(at, Math.min(end, at + (long) piecesMax * PieceBuffers.BYTES), buffers);
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
        return window.pieces;
    }

    /** Pieces that are being filled. */
    private static final class Window {
        private final long begin;
        private final long end;
        private final List<Buffer> pieces = new ArrayList<>();

        Window(long begin, long end, PieceBuffers buffers) {
            this.begin = begin;
            this.end = end;
            for (long at = begin; at < end; at += PieceBuffers.BYTES) {
                pieces.add(buffers.take((int) Math.min(PieceBuffers.BYTES, end - at)));
            }
        }

        /** Copies what of a chunk belongs here. */
        void put(Placed placed, byte[] bytes) {
            long at = Math.max(begin, placed.begin());
            long to = Math.min(end, placed.end());
            while (at < to) {
                int in = (int) ((at - begin) % PieceBuffers.BYTES);
                int length = (int) Math.min(to - at, PieceBuffers.BYTES - in);
                pieces.get((int) ((at - begin) / PieceBuffers.BYTES))
                        .setBytes(in, bytes, (int) (at - placed.begin()), length);
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
        inOrder.sort(Comparator.comparingInt((Placed placed) -> placed.chunk().getOffset())
                .thenComparingInt(placed -> placed.chunk().getPackedBytes()));
        for (int first = 0; first < inOrder.size(); ) {
            int next = endOfRun(inOrder, first);
            readRun(inOrder.subList(first, next), window);
            first = next;
        }
    }

    /** Chunks that lie near each other, each begun after the one before, or the same, are read at once. */
    private static int endOfRun(List<Placed> inOrder, int from) {
        int begin = inOrder.get(from).chunk().getOffset();
        long end = packedEnd(inOrder.get(from));
        int to = from + 1;
        while (to < inOrder.size()) {
            Placed next = inOrder.get(to);
            long gap = next.chunk().getOffset() - end;
            boolean same = next.chunk().equals(inOrder.get(to - 1).chunk());
            if (!same && (gap < 0 || gap > GAP_BYTES_MAX || packedEnd(next) - begin > RUN_BYTES_MAX)) {
                break;
            }
            end = packedEnd(next);
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
        long runBytes = packedEnd(run.get(run.size() - 1)) - begin;
        if (runBytes > RUN_BYTES_MAX) {
            throw new ContentDamaged(name(first) + ": " + runBytes + " bytes packed (expected: a chunk's)");
        }
        objects.read(ContentKeys.pack(first.pack()), begin, (int) runBytes, stream -> unpack(run, stream, window));
    }

    private static void unpack(List<Placed> run, InputStream stream, Window window) throws IOException {
        PackedChunks chunks = new PackedChunks(stream, run.get(0).chunk().getOffset());
        byte[] bytes = {};
        ChunkPlace before = ChunkPlace.getDefaultInstance();
        for (Placed placed : run) {
            // A content may have the same chunk in several places.
            bytes = placed.chunk().equals(before) ? bytes : chunks.next(placed);
            before = placed.chunk();
            window.put(placed, bytes);
        }
    }

    /** Chunks of a pack, one by one as they come: each is still in the processor's cache when it is hashed and copied. */
    private static final class PackedChunks {
        private final InputStream stream;
        private int at;
        private byte[] packed = {};
        private byte[] unpacked = {};

        /** @param at where in the pack the stream begins */
        PackedChunks(InputStream stream, int at) {
            this.stream = stream;
            this.at = at;
        }

        /** The chunk's bytes are at the beginning of what is returned, until the next one is asked for. */
        byte[] next(Placed placed) throws IOException {
            ChunkPlace chunk = placed.chunk();
            int size = chunk.getSizeBytes();
            if (size > CHUNK_BYTES_MAX) {
                throw new ContentDamaged(
                        name(placed) + ": " + size + " bytes (expected: at most " + CHUNK_BYTES_MAX + ")");
            }
            stream.skipNBytes(chunk.getOffset() - at);
            packed = ofAtLeast(chunk.getPackedBytes(), packed);
            if (stream.readNBytes(packed, 0, chunk.getPackedBytes()) < chunk.getPackedBytes()) {
                throw new EOFException(name(placed));
            }
            at = chunk.getOffset() + chunk.getPackedBytes();
            byte[] bytes = packed;
            if (chunk.getZstd()) {
                unpacked = ofAtLeast(size, unpacked);
                decompress(placed, packed, unpacked);
                bytes = unpacked;
            } else if (chunk.getPackedBytes() != size) {
                throw new ContentDamaged(
                        name(placed) + ": " + chunk.getPackedBytes() + " bytes (expected: " + size + ")");
            }
            if (!Sha256.of(bytes, 0, size).equals(chunk.getSha256())) {
                throw new ContentDamaged(name(placed) + ": another hash");
            }
            return bytes;
        }

        private static byte[] ofAtLeast(int bytes, byte[] array) {
            return array.length < bytes ? new byte[bytes] : array;
        }

        private static void decompress(Placed placed, byte[] packed, byte[] unpacked) {
            ChunkPlace chunk = placed.chunk();
            try {
                long got =
                        Zstd.decompressByteArray(unpacked, 0, chunk.getSizeBytes(), packed, 0, chunk.getPackedBytes());
                if (got != chunk.getSizeBytes()) {
                    throw new ContentDamaged(
                            name(placed) + ": " + got + " bytes (expected: " + chunk.getSizeBytes() + ")");
                }
            } catch (ZstdException e) {
                throw new ContentDamaged(name(placed) + ": it can't be unpacked", e);
            }
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

    private static String name(Placed placed) {
        return "chunk " + Sha256.hex(placed.chunk().getSha256()) + " at "
                + placed.chunk().getOffset() + " of " + ContentKeys.pack(placed.pack());
    }
}
