package dev.millrace.files.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.files.chunks.Chunk;
import dev.millrace.files.chunks.ChunkStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;

/**
 * Sends of a file what the version that it follows doesn't have. The file is cut as the server cuts it, leaf by leaf;
 * the server says which chunks it needs, and where bundles of them go.
 */
final class ChangedLeaves {
    /** Of less, one piece is quicker. */
    static final long FILE_BYTES_MIN = 1 << 20;

    private static final int LEAF_CHUNKS_MAX = 1_024;
    private static final int LEAVES_MAX = 1_024;
    private static final int SHA256_BYTES = 32;
    private static final int BUFFER_BYTES = 1 << 20;

    private final FilesApi api;
    private final PartSender sender;

    ChangedLeaves(FilesApi api, PartSender sender) {
        this.api = api;
        this.sender = sender;
    }

    /**
     * How many bytes had to be sent, now that everything that was needed is there. Empty if it is to be sent in parts:
     * the version has nothing in common with how the file begins, or somebody refused.
     */
    OptionalLong send(LocalFile file, String uploadId, long baseVersion, TransferProgress.Bar bar) {
        List<Chunk> chunks = new ArrayList<>();
        ChunkStream stream = new ChunkStream(0, chunks::add);
        byte[] buffer = new byte[BUFFER_BYTES];
        int number = 0;
        long sentBytes = 0;
        try (InputStream in = new FileRegion(file.path(), 0, file.sizeBytes(), n -> {})) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                stream.take(buffer, 0, n);
                if (chunks.size() >= LEAF_CHUNKS_MAX) {
                    List<Chunk> leaf = chunks.subList(0, LEAF_CHUNKS_MAX);
                    OptionalLong sent = sendLeaf(file, uploadId, baseVersion, number, leaf, bar);
                    if (sent.isEmpty()) {
                        return sent;
                    }
                    sentBytes += sent.getAsLong();
                    leaf.clear();
                    number++;
                }
            }
            stream.end();
            if (!chunks.isEmpty()) {
                OptionalLong sent = sendLeaf(file, uploadId, baseVersion, number, chunks, bar);
                if (sent.isEmpty()) {
                    return sent;
                }
                sentBytes += sent.getAsLong();
            }
            return OptionalLong.of(sentBytes);
        } catch (IOException e) {
            throw FilesFailure.of(file.path().toString(), "a file that can be read, but: " + e);
        } catch (FilesFailure e) {
            if (e.isRefusal()) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    private OptionalLong sendLeaf(
            LocalFile file, String uploadId, long baseVersion, int number, List<Chunk> leaf, TransferProgress.Bar bar)
            throws IOException {
        if (number == LEAVES_MAX) {
            return OptionalLong.empty();
        }
        JsonNode bundles = declared(uploadId, baseVersion, number, leaf);
        long leafBytes = leaf.stream().mapToLong(Chunk::bytes).sum();
        long neededBytes = 0;
        for (JsonNode bundle : bundles) {
            neededBytes += bundle.path("size").asLong();
        }
        if (number == 0 && neededBytes == leafBytes) {
            return OptionalLong.empty();
        }
        for (JsonNode bundle : bundles) {
            byte[] bytes = bytes(file, leaf, bundle);
            if (!sender.put(bytes, bundle.path("url").asText(), bundle.path("headers"))) {
                return OptionalLong.empty();
            }
        }
        bar.add(leafBytes);
        return OptionalLong.of(neededBytes);
    }

    private JsonNode declared(String uploadId, long baseVersion, int number, List<Chunk> leaf) {
        ByteBuffer chunks = ByteBuffer.allocate(leaf.size() * (SHA256_BYTES + Integer.BYTES));
        for (Chunk chunk : leaf) {
            chunks.put(HexFormat.of().parseHex(chunk.sha256())).putInt(chunk.bytes());
        }
        ObjectNode body = FilesApi.object().put("baseVersion", baseVersion);
        body.putArray("changedLeaves")
                .addObject()
                .put("number", number)
                .put("chunks", Base64.getEncoder().encodeToString(chunks.array()));
        return api.send("POST", "/uploads/" + uploadId + "/manifest", body).path("bundles");
    }

    private static byte[] bytes(LocalFile file, List<Chunk> leaf, JsonNode bundle) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(bundle.path("size").asInt());
        for (JsonNode index : bundle.path("chunks")) {
            Chunk chunk = leaf.get(index.asInt());
            try (InputStream in = new FileRegion(file.path(), chunk.offset(), chunk.bytes(), n -> {})) {
                bytes.put(in.readAllBytes());
            }
        }
        return bytes.array();
    }
}
