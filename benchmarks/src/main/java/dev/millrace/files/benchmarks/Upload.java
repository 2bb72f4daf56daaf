package dev.millrace.files.benchmarks;

import dev.millrace.topics.Sha256;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A file's way to the store, as a client sends it: begun, its parts hashed and sent, several at a time, and said to be
 * complete. What is measured is the other side, so it keeps nothing for another try.
 *
 * @param partsAtOnce of one file
 */
record Upload(FilesUser user, int partsAtOnce) {
    /** Leave is asked for them together; all of them are in memory, on each thread. */
    private static final int PARTS_A_CALL = 2;

    private static final int BUFFER_BYTES = 1 << 18;
    private static final HexFormat HEX = HexFormat.of();

    /** What is sent. Several threads ask for parts of it. */
    interface Content {
        long bytes() throws IOException;

        /** From there on, fewer at the end. */
        byte[] part(long from, long bytesMax) throws IOException;
    }

    /** Returns what the call answered that began it: fileId, uploadId. */
    JsonObject send(String name, Path file, String sha256) throws IOException, InterruptedException {
        return send(name, new InFile(file), sha256);
    }

    JsonObject send(String name, Content content, String sha256) throws IOException, InterruptedException {
        JsonObject begun = sendBytes(name, content, sha256);
        complete(begun);
        return begun;
    }

    /** All but the last request, which has the store put the parts together. */
    JsonObject sendBytes(String name, Content content, String sha256) throws IOException, InterruptedException {
        JsonObject begun = user.command(
                "/files",
                new JsonObject()
                        .put("fileName", name)
                        .put("fileSize", content.bytes())
                        .put("mimeType", "application/octet-stream")
                        .put("contentHash", sha256)
                        .encode());
        String upload = "/uploads/" + begun.getString("uploadId");
        if (begun.containsKey("uploadUrl")) {
            byte[] all = content.part(0, content.bytes());
            user.put(
                    begun.getString("uploadUrl"),
                    begun.getJsonObject("uploadHeaders"),
                    BodyPublishers.ofByteArray(all));
        } else {
            sendParts(upload, content, begun.getLong("partSize"), begun.getInteger("partCount"));
        }
        return begun;
    }

    void complete(JsonObject begun) throws IOException, InterruptedException {
        var unused = user.command("/uploads/" + begun.getString("uploadId") + "/complete", "");
    }

    private void sendParts(String upload, Content content, long partBytes, int count) throws InterruptedException {
        // Who asks first begins the store's own upload; two at the same time would begin two: docs/decisions/0023.
        Object asking = new Object();
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int number = 1; number <= count; number += PARTS_A_CALL) {
            int first = number;
            int last = Math.min(count, number + PARTS_A_CALL - 1);
            calls.add(() -> sendParts(upload, content, partBytes, first, last, asking));
        }
        var unused = AtOnce.all(partsAtOnce, calls);
    }

    private int sendParts(String upload, Content content, long partBytes, int first, int last, Object asking)
            throws IOException, InterruptedException {
        List<byte[]> parts = new ArrayList<>();
        JsonArray wanted = new JsonArray();
        for (int number = first; number <= last; number++) {
            byte[] bytes = content.part((number - 1) * partBytes, partBytes);
            parts.add(bytes);
            wanted.add(new JsonObject()
                    .put("number", number)
                    .put("size", bytes.length)
                    .put("sha256", HEX.formatHex(Sha256.digest().digest(bytes))));
        }
        String body = new JsonObject().put("parts", wanted).encode();
        JsonArray leave;
        synchronized (asking) {
            leave = user.command(upload + "/parts", body).getJsonArray("parts");
        }
        for (int i = 0; i < leave.size(); i++) {
            JsonObject to = leave.getJsonObject(i);
            byte[] part = parts.get(to.getInteger("number") - first);
            user.put(to.getString("url"), to.getJsonObject("headers"), BodyPublishers.ofByteArray(part));
        }
        return leave.size();
    }

    private record InFile(Path file) implements Content {
        @Override
        public long bytes() throws IOException {
            return Files.size(file);
        }

        @Override
        public byte[] part(long from, long bytesMax) throws IOException {
            try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
                byte[] part = new byte[(int) Math.min(bytesMax, in.length() - from)];
                in.seek(from);
                in.readFully(part);
                return part;
            }
        }
    }

    /** SHA-256 of a file, in hex. */
    static String sha256(Path file) throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HEX.formatHex(digest.digest());
    }
}
