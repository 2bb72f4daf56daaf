package dev.millrace.files.standalone.devices;

import dev.millrace.files.standalone.history.FileRead;
import dev.millrace.standalone.trial.Desk.Reply;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;

/** Shows one device a file, and fetches what is in it. */
final class Reading {
    private final DeviceCalls calls;
    private final Store store;

    Reading(DeviceCalls calls, Store store) {
        this.calls = calls;
        this.store = store;
    }

    /**
     * @param version 0 for the newest
     * @param atRest whether nothing is under way any more; then it is asked for until it is answered
     */
    FileRead read(String fileId, long version, boolean atRest) throws InterruptedException {
        long from = System.currentTimeMillis();
        String path = "/files/" + fileId + (version == 0 ? "" : "?version=" + version);
        Reply reply = atRest ? calls.ask(DeviceCall.FILE, HttpMethod.GET, path, "") : calls.look(DeviceCall.FILE, path);
        JsonObject file = reply.status() == 200 ? reply.json() : new JsonObject();
        // Of what is still being decided nothing is shown.
        String answer = file.getString("status", "").equals("PENDING") ? "pending" : reply.words();
        String url = file.getString("downloadUrl", "");
        String fetched = url.isEmpty() ? "" : store.fetched(url);
        return new FileRead(
                calls.user(),
                fileId,
                file.getLong("version", version),
                answer,
                file.getString("contentHash", ""),
                fetched,
                from,
                System.currentTimeMillis(),
                atRest);
    }
}
