package dev.millrace.files.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.files.standalone.client.UploadParts.Part;
import dev.millrace.files.standalone.client.UploadParts.Sent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Files of this machine to versions on the server. What is begun is written down first, so that whatever happens here,
 * the same file to the same place goes on where it was.
 */
final class Uploads {
    private static final Duration ASK_EVERY = Duration.ofMillis(500);
    /** Two devices that begin a multipart upload in the same moment lose parts: docs/decisions/0023. */
    private static final int ROUNDS_MAX = 3;

    private final FilesApi api;
    private final Tree tree;
    private final String account;
    private final UploadStates states;
    private final PartSender sender;
    private final ChangedLeaves changed;
    private final TransferProgress progress;
    private final boolean waits;
    /** Ids of what was put so far. */
    private final Set<String> put = new HashSet<>();

    /** @param waits for what becomes of it, once all is sent */
    Uploads(FilesApi api, String user, UploadStates states, TransferProgress progress, int parallel, boolean waits) {
        this.api = api;
        this.tree = new Tree(api);
        this.account = api.address() + " " + user;
        this.states = states;
        this.sender = new PartSender(api, parallel);
        this.changed = new ChangedLeaves(api, sender);
        this.progress = progress;
        this.waits = waits;
    }

    PutOutcome put(Path path, Tree.Place place) {
        PutOutcome outcome = outcome(LocalFile.of(path), place);
        put.add(outcome.fileId());
        return outcome;
    }

    private PutOutcome outcome(LocalFile file, Tree.Place place) {
        Optional<UploadState> known = states.find(account, place.text(), file.path());
        if (known.isEmpty()) {
            return begin(file, place);
        }
        if (known.get().isOf(file)) {
            Optional<PutOutcome> outcome = goOn(file, known.get());
            if (outcome.isPresent() && isStillSo(outcome.get(), place)) {
                return outcome.get();
            }
        } else {
            progress.say(file.path() + " isn't what was being sent any more: that is given up, and it is sent anew");
            giveUp(known.get());
        }
        // What was there only for the upload that has ended isn't there any more.
        return begin(file, tree.again(place));
    }

    /** A version that was made meanwhile may have been deleted or followed by another since. */
    private boolean isStillSo(PutOutcome outcome, Tree.Place place) {
        return outcome.kind() != PutOutcome.Kind.COMPLETED
                || tree.again(place)
                        .taken()
                        .filter(entry -> entry.id().equals(outcome.fileId()) && entry.version() == outcome.version())
                        .isPresent();
    }

    /** Empty if nothing is left of it on the server. */
    private Optional<PutOutcome> goOn(LocalFile file, UploadState state) {
        UploadState begun;
        JsonNode upload;
        try {
            begun = state.uploadId().isEmpty() ? begun(state, call(state)) : state;
            upload = api.get("/uploads/" + begun.uploadId());
        } catch (FilesFailure e) {
            if (!e.isRefusal()) {
                throw e;
            }
            // The server knows nothing of it, or no longer: it was given up elsewhere, or is too old.
            states.remove(state);
            return Optional.empty();
        }
        switch (upload.path("status").asText()) {
            case "abandoned" -> {
                states.remove(begun);
                return Optional.empty();
            }
            case "open" -> {
                return Optional.of(sendMissing(file, begun, upload));
            }
            default -> {
                return Optional.of(outcome(begun, upload));
            }
        }
    }

    private PutOutcome begin(LocalFile file, Tree.Place place) {
        place.taken().ifPresent(Entry::requireFile);
        String sha256;
        try (TransferProgress.Bar bar = progress.begin("hashing " + file.path().getFileName(), file.sizeBytes())) {
            sha256 = file.sha256(0, file.sizeBytes(), bar::add);
        }
        file.requireUnchanged();
        return begin(file, place, sha256);
    }

    private PutOutcome begin(LocalFile file, Tree.Place place, String sha256) {
        if (place.taken().isPresent()) {
            Entry taken = place.taken().get().requireFile();
            if (put.contains(taken.id())) {
                throw FilesFailure.of(
                        file.path() + " has the name of another file that was just put, " + taken.name(),
                        "names that differ in more than case");
            }
            if (taken.sha256().equals(sha256) && !taken.status().equals("deleted")) {
                return PutOutcome.unchanged(taken);
            }
        }
        UploadState state = UploadState.of(
                account,
                place.text(),
                file,
                FilesApi.newKey(),
                request(file, place, sha256).toString());
        states.write(state);
        JsonNode begun;
        try {
            begun = call(state);
        } catch (FilesFailure e) {
            if (e.isRefusal()) {
                states.remove(state);
            }
            if (e.reason().equals("NAME_TAKEN") && place.taken().isEmpty()) {
                // Only the server knows all names that are the same.
                return begin(file, place.takenBy(tree.at(e.fileId())), sha256);
            }
            throw e;
        }
        UploadState written = begun(state, begun);
        if (sendsChanged(file, written)) {
            return outcome(written);
        }
        return begun.has("uploadUrl") ? sendWhole(file, written, begun) : sendRounds(file, written, Map.of());
    }

    private static ObjectNode request(LocalFile file, Tree.Place place, String sha256) {
        ObjectNode request = FilesApi.object()
                .put("fileSize", file.sizeBytes())
                .put("mimeType", mimeType(file.path()))
                .put("contentHash", sha256);
        place.taken()
                .ifPresentOrElse(
                        taken -> request.put("fileId", taken.id()).put("baseVersion", taken.version()),
                        () -> request.put("fileName", place.name())
                                .put("parentId", place.folder().id()));
        return request;
    }

    private static String mimeType(Path path) {
        String unknown = "application/octet-stream";
        try {
            return Objects.requireNonNullElse(Files.probeContentType(path), unknown);
        } catch (IOException e) {
            return unknown;
        }
    }

    private JsonNode call(UploadState state) {
        return api.send("POST", "/files", state.request(), state.key());
    }

    private UploadState begun(UploadState state, JsonNode answer) {
        UploadState begun = state.begun(
                answer.path("uploadId").asText(),
                answer.path("partSize").asLong(),
                answer.path("partCount").asInt());
        states.write(begun);
        return begun;
    }

    private PutOutcome sendWhole(LocalFile file, UploadState state, JsonNode begun) {
        Part whole = state.parts().part(1);
        boolean taken;
        try (TransferProgress.Bar bar = progress.begin("sending " + file.path().getFileName(), file.sizeBytes())) {
            taken = sender.put(file, whole, begun.path("uploadUrl").asText(), begun.path("uploadHeaders"), bar);
        }
        return sendRounds(file, state, taken ? Map.of(1, new Sent(whole.sizeBytes(), "")) : Map.of());
    }

    private PutOutcome sendMissing(LocalFile file, UploadState state, JsonNode upload) {
        Map<Integer, Sent> there = there(upload);
        // Of what was put together there are no parts any more.
        if (there.isEmpty() && state.partCount() > 1 && completes(state)) {
            return outcome(state);
        }
        if (there.isEmpty() && sendsChanged(file, state)) {
            return outcome(state);
        }
        progress.say("going on with " + file.path().getFileName() + ": " + there.size() + " of " + state.partCount()
                + " parts are there");
        return sendRounds(file, state, there);
    }

    /** Whether it was enough to send what the version before doesn't have; else nothing came of it. */
    private boolean sendsChanged(LocalFile file, UploadState state) {
        long base = FilesApi.json(state.request()).path("baseVersion").asLong();
        if (base == 0 || file.sizeBytes() < ChangedLeaves.FILE_BYTES_MIN) {
            return false;
        }
        OptionalLong sent;
        try (TransferProgress.Bar bar =
                progress.begin("sending changes of " + file.path().getFileName(), file.sizeBytes())) {
            sent = changed.send(file, state.uploadId(), base, bar);
        }
        file.requireUnchanged();
        if (sent.isEmpty() || !completes(state)) {
            return false;
        }
        progress.say(String.format(
                Locale.ROOT,
                "of %s only %,d of %,d bytes had to be sent",
                file.path().getFileName(),
                sent.getAsLong(),
                file.sizeBytes()));
        return true;
    }

    private PutOutcome sendRounds(LocalFile file, UploadState state, Map<Integer, Sent> there) {
        Map<Integer, Sent> known = there;
        for (int round = 1; ; round++) {
            send(file, state, known);
            file.requireUnchanged();
            if (completes(state)) {
                return outcome(state);
            }
            if (round == ROUNDS_MAX) {
                throw new FilesFailure("The store doesn't keep what it is sent of " + file.path());
            }
            known = there(api.get("/uploads/" + state.uploadId()));
        }
    }

    /** Whether nothing was missing. */
    private boolean completes(UploadState state) {
        try {
            JsonNode unused = api.send("POST", "/uploads/" + state.uploadId() + "/complete", null);
            return true;
        } catch (FilesFailure e) {
            if (e.reason().equals("PARTS_MISSING")) {
                return false;
            }
            throw e;
        }
    }

    private void send(LocalFile file, UploadState state, Map<Integer, Sent> there) {
        UploadParts parts = state.parts();
        List<Part> missing = parts.missing(there, part -> file.sha256(part.from(), part.sizeBytes(), n -> {}));
        if (missing.isEmpty()) {
            return;
        }
        long left = missing.stream().mapToLong(Part::sizeBytes).sum();
        try (TransferProgress.Bar bar = progress.begin("sending " + file.path().getFileName(), file.sizeBytes())) {
            bar.add(file.sizeBytes() - left);
            sender.send(file, state.uploadId(), missing, bar);
        }
    }

    private static Map<Integer, Sent> there(JsonNode upload) {
        Map<Integer, Sent> there = new HashMap<>();
        for (JsonNode part : upload.path("parts")) {
            there.put(
                    part.path("number").asInt(),
                    new Sent(part.path("size").asLong(), part.path("sha256").asText()));
        }
        return there;
    }

    /** Asks until there is one; verifying takes as long as reading the whole does. */
    private PutOutcome outcome(UploadState state) {
        return outcome(state, api.get("/uploads/" + state.uploadId()));
    }

    /** @param asked the upload, as the server says it is */
    private PutOutcome outcome(UploadState state, JsonNode asked) {
        JsonNode upload = waits ? verified(state.uploadId(), asked) : asked;
        PutOutcome outcome = PutOutcome.of(upload, id -> tree.at(id).name());
        if (outcome.kind() != PutOutcome.Kind.SENT) {
            states.remove(state);
        }
        return outcome;
    }

    private JsonNode verified(String uploadId, JsonNode asked) {
        JsonNode upload = asked;
        while (upload.path("status").asText().equals("verifying")) {
            Retries.pause(ASK_EVERY, "interrupted; the server goes on verifying");
            upload = api.get("/uploads/" + uploadId);
        }
        return upload;
    }

    private void giveUp(UploadState state) {
        String id = state.uploadId();
        try {
            // Without an answer to it, only the same call tells its id; or begins it, and that is given up then.
            if (id.isEmpty()) {
                id = call(state).path("uploadId").asText();
            }
            JsonNode unused = api.send("DELETE", "/uploads/" + id, null);
        } catch (FilesFailure e) {
            if (!e.isRefusal()) {
                throw e;
            }
            // It has ended, or was never begun. What it is about to become is what the next one follows.
            if (e.reason().equals("UPLOAD_ENDED")) {
                JsonNode unused = verified(id, api.get("/uploads/" + id));
            }
        }
        states.remove(state);
    }
}
