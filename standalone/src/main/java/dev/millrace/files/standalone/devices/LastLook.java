package dev.millrace.files.standalone.devices;

import dev.millrace.files.standalone.history.ChangesRead;
import dev.millrace.files.standalone.history.FileRead;
import dev.millrace.files.standalone.history.NamespaceEnd;
import dev.millrace.files.standalone.history.NamespaceEnd.StoredVersion;
import dev.millrace.files.standalone.history.Observations;
import dev.millrace.files.standalone.history.UploadRead;
import dev.millrace.files.topics.FileIds;
import dev.millrace.standalone.Pause;
import dev.millrace.standalone.trial.Desk.Reply;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * One person's look at everything when nothing is under way any more: what became of each upload, every version's
 * bytes, all changes.
 */
final class LastLook {
    private static final int GOES_OF = 3;
    private static final Duration RETRY = Duration.ofMillis(500);

    private final DeviceCalls calls;
    private final Reading reading;
    private final Observations seen;
    private long patienceNanos;

    /** Something that is looked at. */
    private interface Look<T> {
        T once() throws InterruptedException;
    }

    /**
     * @param patience how long is waited in all for what isn't there at once: an edge or a store that was killed is
     *     back by then, and a standby has caught up
     */
    LastLook(DeviceCalls calls, Store store, Observations seen, Duration patience) {
        this.calls = calls;
        this.reading = new Reading(calls, store);
        this.seen = seen;
        this.patienceNanos = patience.toNanos();
    }

    String namespace() {
        return FileIds.namespaceOf(calls.user());
    }

    /** What is deleted has no bytes to fetch: all of it is brought back first, each to where nothing is in its way. */
    void bringBack(List<String> deleted) throws InterruptedException {
        for (String id : deleted) {
            JsonObject body = new JsonObject().put("name", "back " + id).put("parentId", "root");
            var unused = calls.change(DeviceCall.RESTORE, HttpMethod.POST, "/files/" + id + "/restore", body);
        }
    }

    /** Every third file goes, and of the others every second version that isn't the newest: there is much to collect. */
    void clearOut(NamespaceEnd end) throws InterruptedException {
        Map<String, List<StoredVersion>> files = new LinkedHashMap<>();
        end.versions()
                .forEach(version -> files.computeIfAbsent(version.fileId(), id -> new ArrayList<>())
                        .add(version));
        int file = 0;
        for (Map.Entry<String, List<StoredVersion>> one : files.entrySet()) {
            if (file++ % GOES_OF == 0) {
                call(DeviceCall.DELETE, "/files/" + one.getKey());
                call(DeviceCall.PURGE, "/trash/" + one.getKey());
            } else {
                for (int i = 0; i < one.getValue().size() - 1; i += 2) {
                    long number = one.getValue().get(i).number();
                    call(DeviceCall.PURGE_VERSION, "/files/" + one.getKey() + "/versions/" + number);
                }
            }
        }
    }

    private void call(DeviceCall kind, String path) throws InterruptedException {
        var unused = calls.change(kind, HttpMethod.DELETE, path, null);
    }

    void look(NamespaceEnd end) throws InterruptedException {
        for (String uploadId : seen.sentBy(calls.user())) {
            UploadRead last = patiently(() -> upload(uploadId), read -> Sending.ENDS.contains(read.status()));
            seen.saw(last);
        }
        for (StoredVersion version : end.versions()) {
            FileRead last = patiently(
                    () -> reading.read(version.fileId(), version.number(), true),
                    read -> read.isShown() && !read.fetched().isEmpty());
            seen.saw(last);
        }
        for (StoredVersion version : end.gone()) {
            FileRead read = reading.read(version.fileId(), version.number(), true);
            if (read.isShown()) {
                seen.saw(read);
            }
        }
        List<Long> sequences = patiently(this::changes, all -> all.size() >= end.sequence());
        seen.saw(new ChangesRead(calls.user(), end.sequence(), sequences));
    }

    /** Looks again until it is right, as long as there is patience. */
    private <T> T patiently(Look<T> look, Predicate<T> right) throws InterruptedException {
        T read = look.once();
        long from = System.nanoTime();
        while (!right.test(read) && patienceNanos > 0) {
            Pause.of(RETRY);
            read = look.once();
            long now = System.nanoTime();
            patienceNanos -= now - from;
            from = now;
        }
        return read;
    }

    private UploadRead upload(String uploadId) throws InterruptedException {
        Reply reply = calls.ask(DeviceCall.UPLOAD, HttpMethod.GET, "/uploads/" + uploadId, "");
        JsonObject upload = reply.status() == 200 ? reply.json() : new JsonObject();
        return new UploadRead(
                uploadId,
                upload.getString("status", reply.words()),
                upload.getString("conflictFileId", upload.getString("fileId", "")),
                upload.getLong("version", 0L));
    }

    private List<Long> changes() throws InterruptedException {
        List<Long> sequences = new ArrayList<>();
        String cursor = "";
        boolean more = true;
        while (more) {
            Reply reply = calls.ask(DeviceCall.CHANGES, HttpMethod.GET, "/changes?pageSize=1000" + cursor, "");
            JsonObject page = reply.status() == 200 ? reply.json() : new JsonObject();
            JsonArray items = page.getJsonArray("items", new JsonArray());
            for (int i = 0; i < items.size(); i++) {
                sequences.add(items.getJsonObject(i).getLong("sequence"));
            }
            cursor = "&cursor=" + page.getString("nextCursor", "");
            more = page.getBoolean("more", false);
        }
        return sequences;
    }
}
