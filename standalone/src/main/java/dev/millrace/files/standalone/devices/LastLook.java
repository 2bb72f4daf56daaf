package dev.millrace.files.standalone.devices;

import dev.millrace.files.standalone.history.ChangesRead;
import dev.millrace.files.standalone.history.FileRead;
import dev.millrace.files.standalone.history.NamespaceEnd;
import dev.millrace.files.standalone.history.NamespaceEnd.StoredVersion;
import dev.millrace.files.standalone.history.Observations;
import dev.millrace.files.standalone.history.UploadRead;
import dev.millrace.standalone.Pause;
import dev.millrace.standalone.trial.Desk.Reply;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One person's look at everything when nothing is under way any more: what became of each upload, every version's
 * bytes, all changes.
 */
final class LastLook {
    /** An edge or a store that was killed is back by then. */
    private static final int TRIES_MAX = 20;

    private static final Duration RETRY = Duration.ofMillis(500);

    private final DeviceCalls calls;
    private final Reading reading;
    private final Observations seen;

    LastLook(DeviceCalls calls, Store store, Observations seen) {
        this.calls = calls;
        this.reading = new Reading(calls, store);
        this.seen = seen;
    }

    /** What is deleted has no bytes to fetch: all of it is brought back first, each to where nothing is in its way. */
    void bringBack(List<String> deleted) throws InterruptedException {
        for (String id : deleted) {
            JsonObject body = new JsonObject().put("name", "back " + id).put("parentId", "root");
            var unused = calls.change(DeviceCall.RESTORE, HttpMethod.POST, "/files/" + id + "/restore", body);
        }
    }

    void look(NamespaceEnd end) throws InterruptedException {
        for (String uploadId : seen.sentBy(calls.user())) {
            look(uploadId);
        }
        for (StoredVersion version : end.versions()) {
            FileRead read = reading.read(version.fileId(), version.number(), true);
            for (int i = 1; read.isShown() && read.fetched().isEmpty() && i < TRIES_MAX; i++) {
                Pause.of(RETRY);
                read = reading.read(version.fileId(), version.number(), true);
            }
            seen.saw(read);
        }
        seen.saw(new ChangesRead(calls.user(), end.sequence(), changes(end.sequence())));
    }

    private void look(String uploadId) throws InterruptedException {
        Reply reply = calls.ask(DeviceCall.UPLOAD, HttpMethod.GET, "/uploads/" + uploadId, "");
        JsonObject upload = reply.status() == 200 ? reply.json() : new JsonObject();
        seen.saw(new UploadRead(
                uploadId,
                upload.getString("status", reply.words()),
                upload.getString("conflictFileId", upload.getString("fileId", "")),
                upload.getLong("version", 0L)));
    }

    /** Read again while they end too early: whoever answers may be a standby. */
    private List<Long> changes(long atLeast) throws InterruptedException {
        List<Long> sequences = changes();
        for (int i = 1; sequences.size() < atLeast && i < TRIES_MAX; i++) {
            Pause.of(RETRY);
            sequences = changes();
        }
        return sequences;
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
