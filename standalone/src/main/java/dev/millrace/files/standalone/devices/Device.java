package dev.millrace.files.standalone.devices;

import dev.millrace.files.standalone.devices.Account.Known;
import dev.millrace.files.standalone.history.FileRead;
import dev.millrace.files.standalone.history.Observations;
import dev.millrace.standalone.Pause;
import dev.millrace.standalone.trial.Desk.Reply;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * One device: does one thing after the other, whatever comes of it, and knows nothing of what others do meanwhile. So
 * two of one person's edit the same version, and people do what they may not.
 */
final class Device implements Callable<Integer> {
    private static final int PAUSE_MILLIS = 400;
    /** Words whose letters come in several forms; few, so that names meet. */
    private static final List<String> WORDS = List.of("Notes", "Café", "Straße", "Übersicht");

    private static final int NUMBERS = 40;
    private static final String ROOT = "root";

    private final Account account;
    private final List<Account> everybody;
    private final DeviceCalls calls;
    private final Sending sending;
    private final Reading reading;
    private final Observations seen;
    private final Random random;
    private final long untilNanos;

    /** @param untilNanos when it begins nothing more */
    Device(
            Account account,
            List<Account> everybody,
            DeviceCalls calls,
            Store store,
            Observations seen,
            Random random,
            long untilNanos) {
        this.account = account;
        this.everybody = everybody;
        this.calls = calls;
        this.sending = new Sending(calls, store, seen);
        this.reading = new Reading(calls, store);
        this.seen = seen;
        this.random = random;
        this.untilNanos = untilNanos;
    }

    /** Returns how many things it did. */
    @Override
    public Integer call() throws InterruptedException {
        int done = 0;
        while (System.nanoTime() - untilNanos < 0) {
            something();
            done++;
            Pause.of(Duration.ofMillis(PAUSE_MILLIS + random.nextInt(PAUSE_MILLIS)));
        }
        return done;
    }

    private void something() throws InterruptedException {
        Known file = Account.recent(random.nextInt(6) == 0 ? account.received() : account.files(), random);
        Known folder = Account.recent(account.folders(), random);
        int what = random.nextInt(100);
        if (file == null || what < 24) {
            put(DeviceCall.PUT, new JsonObject().put("fileName", name()).put("parentId", place(folder)), null);
        } else if (what < 48) {
            edit(file);
        } else if (what < 55) {
            move(file, new JsonObject().put("name", name()));
        } else if (what < 61) {
            move(mostly(file, folder), new JsonObject().put("parentId", place(folder)));
        } else if (what < 68) {
            delete(mostly(file, folder));
        } else if (what < 71) {
            restoreDeleted();
        } else if (what < 74) {
            purgeDeleted();
        } else if (what < 78) {
            purgeVersion(file);
        } else if (what < 82) {
            restoreVersion(file);
        } else if (what < 86) {
            share(mostly(file, folder));
        } else if (what < 88) {
            unshare();
        } else if (what < 91) {
            makeFolder(place(folder));
        } else {
            look();
        }
    }

    private Known mostly(Known file, @Nullable Known folder) {
        return folder != null && random.nextInt(5) == 0 ? folder : file;
    }

    private String name() {
        String name = WORDS.get(random.nextInt(WORDS.size())) + " " + random.nextInt(NUMBERS) + ".txt";
        return switch (random.nextInt(4)) {
            case 0 -> name.toUpperCase(Locale.ROOT);
            case 1 -> Normalizer.normalize(name, Normalizer.Form.NFD);
            default -> name;
        };
    }

    private String place(@Nullable Known folder) {
        return folder == null || random.nextInt(3) > 0 ? ROOT : folder.id();
    }

    /** Now and then as a device does that was away: from an older version than the newest. */
    private void edit(Known file) throws InterruptedException {
        long base = Math.max(0, file.version().get() - (random.nextInt(6) == 0 ? 1 : 0));
        put(DeviceCall.EDIT, new JsonObject().put("fileId", file.id()).put("baseVersion", base), file);
    }

    /** @param edited null for a new file */
    private void put(DeviceCall kind, JsonObject file, @Nullable Known edited) throws InterruptedException {
        boolean honest = random.nextInt(20) > 0;
        Optional<JsonObject> sent = sending.send(kind, file, Content.any(random), honest);
        if (sent.isEmpty()) {
            return;
        }
        Known known = edited == null ? Known.of(sent.get().getString("fileId")) : edited;
        if (edited == null) {
            account.files().add(known);
        }
        Optional<JsonObject> end = sending.end(sent.get().getString("uploadId"));
        long version = end.map(upload -> upload.getLong("version", 0L)).orElse(0L);
        String copy = end.map(upload -> upload.getString("conflictFileId", "")).orElse("");
        if (copy.isEmpty()) {
            known.heard(version);
        } else if (account.files().contains(known)) {
            account.files().add(Known.of(copy).heard(version));
        }
    }

    private void move(Known node, JsonObject to) throws InterruptedException {
        var unused = calls.change(DeviceCall.MOVE, HttpMethod.PATCH, "/files/" + node.id(), to);
    }

    /** It stays among those that are edited: an edit brings it back. */
    private void delete(Known node) throws InterruptedException {
        Reply reply = calls.change(DeviceCall.DELETE, HttpMethod.DELETE, "/files/" + node.id(), null);
        if (reply.status() == 200) {
            account.deleted().add(node.id());
        }
    }

    private void restoreDeleted() throws InterruptedException {
        String deleted = Account.recent(account.deleted(), random);
        if (deleted != null) {
            var unused = calls.change(
                    DeviceCall.RESTORE, HttpMethod.POST, "/files/" + deleted + "/restore", new JsonObject());
            account.deleted().remove(deleted);
        }
    }

    private void purgeDeleted() throws InterruptedException {
        String deleted = Account.recent(account.deleted(), random);
        if (deleted == null) {
            return;
        }
        if (random.nextInt(6) == 0) {
            var unused = calls.change(DeviceCall.EMPTY_TRASH, HttpMethod.DELETE, "/trash", null);
        } else {
            var unused = calls.change(DeviceCall.PURGE, HttpMethod.DELETE, "/trash/" + deleted, null);
        }
        account.deleted().remove(deleted);
    }

    /** Often of the newest, which stays. */
    private void purgeVersion(Known file) throws InterruptedException {
        int number = 1 + random.nextInt((int) Math.max(1, file.version().get()));
        String path = "/files/" + file.id() + "/versions/" + number;
        var unused = calls.change(DeviceCall.PURGE_VERSION, HttpMethod.DELETE, path, null);
    }

    private void restoreVersion(Known file) throws InterruptedException {
        long newest = Math.max(1, file.version().get());
        JsonObject body = new JsonObject().put("version", 1 + random.nextInt((int) newest));
        Reply reply = calls.change(DeviceCall.RESTORE, HttpMethod.POST, "/files/" + file.id() + "/restore", body);
        if (reply.status() == 200) {
            file.heard(reply.json().getLong("version", 0L));
        }
    }

    private void share(Known node) throws InterruptedException {
        Account other = anybody();
        JsonObject body = new JsonObject()
                .put("userId", other.name())
                .put("permissions", random.nextBoolean() ? JsonArray.of("read", "write") : JsonArray.of("read"));
        if (random.nextInt(4) == 0) {
            body.put(
                    "expiresAt",
                    Instant.now().plusSeconds(2 + random.nextInt(10)).toString());
        }
        Reply reply = calls.change(DeviceCall.SHARE, HttpMethod.POST, "/files/" + node.id() + "/share", body);
        if (reply.status() == 201) {
            other.received().add(node);
            account.shares().add(reply.json().getString("shareId"));
        }
    }

    private void unshare() throws InterruptedException {
        String share = Account.recent(account.shares(), random);
        if (share != null) {
            var unused = calls.change(DeviceCall.UNSHARE, HttpMethod.DELETE, "/shares/" + share, null);
            account.shares().remove(share);
        }
    }

    private void makeFolder(String parentId) throws InterruptedException {
        JsonObject body = new JsonObject().put("name", name()).put("parentId", parentId);
        Reply reply = calls.change(DeviceCall.FOLDER, HttpMethod.POST, "/folders", body);
        if (reply.status() == 201) {
            account.folders().add(Known.of(reply.json().getString("fileId")));
        }
    }

    /** At what others shared, or at what may be nobody else's business. */
    private void look() throws InterruptedException {
        Known file = Account.recent(
                random.nextBoolean() ? account.received() : anybody().files(), random);
        if (file == null) {
            return;
        }
        long newest = Math.max(1, file.version().get());
        FileRead read = reading.read(file.id(), random.nextInt(3) == 0 ? 1 + random.nextInt((int) newest) : 0, false);
        if (read.isShown()) {
            seen.saw(read);
        }
    }

    private Account anybody() {
        return everybody.get(random.nextInt(everybody.size()));
    }
}
