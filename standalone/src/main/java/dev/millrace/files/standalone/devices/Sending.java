package dev.millrace.files.standalone.devices;

import dev.millrace.files.standalone.history.Observations;
import dev.millrace.files.standalone.history.Sent;
import dev.millrace.standalone.Pause;
import dev.millrace.standalone.trial.Desk.Reply;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Sends one device's content: an upload is begun, its parts go to the store, it is said that all are there. */
final class Sending {
    private static final int ROUNDS_MAX = 3;
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration ASK_EVERY = Duration.ofMillis(500);
    /** A device has other things to do: what isn't verified by then is left to itself. */
    private static final Duration END_WITHIN = Duration.ofSeconds(6);

    /** Statuses of uploads that have come to an end. */
    static final Set<String> ENDS = Set.of("completed", "conflict", "rejected");

    private final DeviceCalls calls;
    private final Store store;
    private final Observations seen;

    /** Which bytes belong into a part. */
    private record Part(int number, int from, int size) {
        static Part of(int number, JsonObject upload, byte[] bytes) {
            int partBytes = upload.getInteger("partSize");
            int from = (number - 1) * partBytes;
            return new Part(number, from, Math.min(partBytes, bytes.length - from));
        }

        JsonObject json(byte[] bytes) {
            return new JsonObject()
                    .put("number", number)
                    .put("size", size)
                    .put("sha256", Content.sha256(bytes, from, size));
        }
    }

    Sending(DeviceCalls calls, Store store, Observations seen) {
        this.calls = calls;
        this.store = store;
        this.seen = seen;
    }

    /**
     * What the answer to its beginning said, once it was acknowledged that all of it is there; else empty.
     *
     * @param file what it is to be a version of, or where
     * @param honest whether it is said what it is
     */
    Optional<JsonObject> send(DeviceCall kind, JsonObject file, Content content, boolean honest)
            throws InterruptedException {
        byte[] bytes = content.bytes();
        String sha256 = Content.sha256(bytes, 0, bytes.length);
        String declared = honest ? sha256 : Content.sha256(bytes, 0, bytes.length / 2);
        Reply begun = calls.change(
                kind,
                HttpMethod.POST,
                "/files",
                file.copy()
                        .put("fileSize", bytes.length)
                        .put("mimeType", "application/octet-stream")
                        .put("contentHash", declared));
        if (begun.status() != 201 || !completes(begun.json(), bytes)) {
            return Optional.empty();
        }
        String uploadId = begun.json().getString("uploadId");
        seen.sent(new Sent(calls.user(), uploadId, bytes.length, sha256, declared));
        return Optional.of(begun.json());
    }

    private boolean completes(JsonObject upload, byte[] bytes) throws InterruptedException {
        String path = "/uploads/" + upload.getString("uploadId");
        Set<Integer> there = new HashSet<>();
        String url = upload.getString("uploadUrl", "");
        if (!url.isEmpty() && store.takes(url, upload.getJsonObject("uploadHeaders"), bytes, 0, bytes.length)) {
            there.add(1);
        }
        for (int round = 0; round < ROUNDS_MAX && sendsMissing(path, upload, bytes, there); round++) {
            Reply complete = calls.change(DeviceCall.COMPLETE, HttpMethod.POST, path + "/complete", null);
            if (!complete.reason().equals("PARTS_MISSING")) {
                return complete.status() == 202;
            }
            there.clear();
        }
        return false;
    }

    /** Whether the store has all parts. */
    private boolean sendsMissing(String path, JsonObject upload, byte[] bytes, Set<Integer> there)
            throws InterruptedException {
        int parts = upload.getInteger("partCount");
        while (there.size() < parts && calls.desk().isPatient()) {
            JsonArray wanted = new JsonArray();
            IntStream.rangeClosed(1, parts)
                    .filter(number -> !there.contains(number))
                    .mapToObj(number -> Part.of(number, upload, bytes))
                    .forEach(part -> wanted.add(part.json(bytes)));
            String body = new JsonObject().put("parts", wanted).encode();
            Reply leave = calls.ask(DeviceCall.LEAVE, HttpMethod.POST, path + "/parts", body);
            if (leave.status() != 200) {
                return false;
            }
            JsonArray given = leave.json().getJsonArray("parts");
            for (int i = 0; i < given.size(); i++) {
                JsonObject one = given.getJsonObject(i);
                Part part = Part.of(one.getInteger("number"), upload, bytes);
                if (store.takes(one.getString("url"), one.getJsonObject("headers"), bytes, part.from, part.size)) {
                    there.add(part.number);
                }
            }
            if (there.size() < parts) {
                Pause.of(RETRY);
            }
        }
        return there.size() == parts;
    }

    /** What became of it, if a device hears of that while it waits. */
    Optional<JsonObject> end(String uploadId) throws InterruptedException {
        long began = System.nanoTime();
        while (System.nanoTime() - began < END_WITHIN.toNanos()) {
            Reply reply = calls.look(DeviceCall.UPLOAD, "/uploads/" + uploadId);
            JsonObject upload = reply.status() == 200 ? reply.json() : new JsonObject();
            String status = upload.getString("status", "");
            if (ENDS.contains(status)) {
                calls.desk().ended(began, status);
                return Optional.of(upload);
            }
            Pause.of(ASK_EVERY);
        }
        return Optional.empty();
    }
}
