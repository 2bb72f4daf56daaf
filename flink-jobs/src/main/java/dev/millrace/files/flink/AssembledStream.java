package dev.millrace.files.flink;

import com.google.protobuf.ByteString;
import dev.millrace.files.packs.StoredPack;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.content.DeclaredContent;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.MovedPack;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bytes of a declared content from a place in it on, out of packs and bundles. A few MiB of it are put together at a
 * time; of what lies near each other in one object they are read at once. No byte of a chunk comes out before the chunk
 * was held against its hash.
 */
final class AssembledStream extends InputStream {
    /** With what is read for it, the most that it holds. */
    private static final int WINDOW_BYTES = 4 * 1024 * 1024;
    /** Reading so much for nothing costs less than asking twice. */
    private static final int GAP_BYTES_MAX = 64 * 1024;
    /** Between two of them days pass. */
    private static final int MOVES_FOLLOWED_MAX = 2;

    private final ContentStore store;
    private final DeclaredContent content;
    private long position;
    private long left;
    private byte[] window = new byte[0];
    private int at;

    /** An object that has chunks; pack is empty if it is a bundle. */
    private record Source(String key, Optional<ByteString> pack) {}

    /** A chunk, and where in the window it belongs. */
    private record Piece(ChunkPlace place, int begin) {
        long packedEnd() {
            return (long) place.getOffset() + place.getPackedBytes();
        }
    }

    AssembledStream(ContentStore store, DeclaredContent content, long from, long bytes) {
        this.store = store;
        this.content = content;
        this.position = from;
        this.left = bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int bytesMax) throws IOException {
        if (left == 0) {
            return -1;
        }
        if (at == window.length) {
            fill();
        }
        int n = (int) Math.min(left, Math.min(bytesMax, window.length - at));
        System.arraycopy(window, at, into, offset, n);
        at += n;
        position += n;
        left -= n;
        return n;
    }

    /** The chunk that has the next byte and those behind it in the same leaf, until they are enough. */
    private void fill() throws IOException {
        DeclaredContent.Leaf leaf = content.leafAt(position);
        Map<Source, List<Piece>> byObject = new LinkedHashMap<>();
        long begin = leaf.begin();
        long windowBegin = -1;
        int bytes = 0;
        for (ChunkPlace place : leaf.declared().getChunksList()) {
            if (bytes >= WINDOW_BYTES || begin >= position + left) {
                break;
            }
            long end = begin + place.getSizeBytes();
            if (end > position) {
                windowBegin = windowBegin < 0 ? begin : windowBegin;
                byObject.computeIfAbsent(sourceOf(leaf, place), source -> new ArrayList<>())
                        .add(new Piece(place, bytes));
                bytes += place.getSizeBytes();
            }
            begin = end;
        }
        byte[] next = new byte[bytes];
        for (Map.Entry<Source, List<Piece>> object : byObject.entrySet()) {
            try {
                readInto(next, object.getKey().key(), object.getValue());
            } catch (FileNotFoundException missing) {
                readMoved(next, object.getKey(), object.getValue(), missing);
            }
        }
        window = next;
        at = (int) (position - windowBegin);
    }

    private Source sourceOf(DeclaredContent.Leaf leaf, ChunkPlace place) {
        Optional<ByteString> pack = content.pack(leaf, place);
        return new Source(pack.map(ContentKeys::pack).orElseGet(() -> content.bundleKey(leaf, place)), pack);
    }

    /** Of a pack that was written anew. What it was written into may be gone already, if that happened once more. */
    private void readMoved(byte[] into, Source source, List<Piece> pieces, FileNotFoundException missing)
            throws IOException {
        FileNotFoundException why = missing;
        for (int tried = 0; tried < MOVES_FOLLOWED_MAX; tried++) {
            MovedPack moved = moved(source, missing);
            try {
                readInto(into, ContentKeys.pack(moved.getPack()), piecesIn(moved, pieces, missing));
                return;
            } catch (FileNotFoundException e) {
                why = e;
            }
        }
        throw why;
    }

    private MovedPack moved(Source source, FileNotFoundException missing) throws IOException {
        Optional<byte[]> moved = source.pack().isEmpty()
                ? Optional.empty()
                : store.find(ContentKeys.moved(source.pack().get()));
        return MovedPack.parseFrom(moved.orElseThrow(() -> missing));
    }

    private static List<Piece> piecesIn(MovedPack moved, List<Piece> pieces, FileNotFoundException missing)
            throws FileNotFoundException {
        Map<ByteString, ChunkPlace> places = new HashMap<>();
        moved.getChunksList().forEach(place -> places.put(place.getSha256(), place));
        List<Piece> now = new ArrayList<>();
        for (Piece piece : pieces) {
            ChunkPlace place = places.get(piece.place().getSha256());
            if (place == null || place.getSizeBytes() != piece.place().getSizeBytes()) {
                throw missing;
            }
            now.add(new Piece(place, piece.begin()));
        }
        return now;
    }

    private void readInto(byte[] into, String key, List<Piece> pieces) throws IOException {
        pieces.sort(Comparator.comparingInt(piece -> piece.place().getOffset()));
        for (int first = 0; first < pieces.size(); ) {
            int from = pieces.get(first).place().getOffset();
            long end = pieces.get(first).packedEnd();
            int next = first + 1;
            while (next < pieces.size() && pieces.get(next).place().getOffset() - end <= GAP_BYTES_MAX) {
                end = Math.max(end, pieces.get(next).packedEnd());
                next++;
            }
            int bytes = (int) (end - from);
            byte[] packed = store.read(key, from, bytes);
            if (packed.length < bytes) {
                throw new FileNotFoundException(key + " ends before " + end);
            }
            for (Piece piece : pieces.subList(first, next)) {
                unpack(key, piece, packed, piece.place().getOffset() - from, into);
            }
            first = next;
        }
    }

    private static void unpack(String key, Piece piece, byte[] packed, int from, byte[] into) throws IOException {
        try {
            StoredPack.unpack(piece.place(), packed, from, into, piece.begin());
        } catch (StoredPack.Damaged e) {
            throw new ContentDiffers(key + ": " + e.getMessage(), e);
        }
    }
}
