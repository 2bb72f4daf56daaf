package dev.millrace.files.standalone;

import static dev.millrace.files.standalone.FilesUser.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.Api;
import dev.millrace.standalone.ContractWalk;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** Every call of files through the gateway, well and badly made: each answer that is documented, and no other. */
@ExtendWith(OneSystem.class)
class FilesSurfaceIT extends ContractWalk {
    private static final String FILES = "\\w+ /(folders|files|uploads|shares|links|devices|usage|changes|trash).*";
    /** Answers that need a flood, a fault, a month or luck; the rules' own tests have them. */
    private static final String SEEN_ELSEWHERE =
            ".* (429|503)|GET /changes 410|\\w+ /(shares|links|devices|trash).* 409";

    private static final String ASYNC = "respond-async";
    private static final String NONE = "0123456789abcdef." + "0".repeat(31) + "1";
    private static final String UPLOAD = "{\"fileName\":\"%s\",\"fileSize\":100,\"mimeType\":\"text/plain\"%s}";

    private final FilesUser me;
    private final FilesUser other;
    private final Api closed;
    private final String goneId;
    private final Api removed;
    private final PlayedHashing hashing;

    FilesSurfaceIT(TestSystem system) {
        super(system);
        this.me = FilesUser.any(system, "me");
        this.other = FilesUser.any(system, "other");
        FilesUser gone = FilesUser.any(system, "gone");
        this.goneId = gone.id();
        this.closed = gone.api();
        closed.delete("/users/" + goneId);
        await().until(() -> closed.get("/usage").status() == 403
                && closed.post("/folders", "{\"name\":\"x\"}").status() == 403
                && me.api()
                        .post("/files/" + NONE + "/share", "{\"userId\":\"" + goneId + "\",\"permissions\":[\"read\"]}")
                        .reason()
                        .equals("UNKNOWN_USER"));
        me.did(200, "PUT", "/devices/lost", "{\"name\":\"Lost\"}");
        me.did(200, "DELETE", "/devices/lost", null);
        this.removed = me.on(system, "lost").api();
        this.hashing = new PlayedHashing(system);
    }

    @TestFactory
    Stream<DynamicTest> everyCallAnswersAsTheContractSays() {
        return Stream.of(
                test("folders", this::folders),
                test("starting uploads", this::starting),
                test("uploads", this::uploads),
                test("files", this::files),
                test("who downloaded", this::downloads),
                test("moving", this::moving),
                test("deleting", this::deleting),
                test("restoring", this::restoring),
                test("the bin", this::trash),
                test("deleting versions", this::purgingVersions),
                test("sharing", this::sharing),
                test("links", this::links),
                test("ending shares", this::ending),
                test("devices", this::devices),
                test("one's own reads", this::ownReads),
                test("live changes", this::live),
                test("what every command refuses alike", this::alike),
                test("every documented answer was given", this::assertAllSeen));
    }

    private static DynamicTest test(String name, Executable walk) {
        return DynamicTest.dynamicTest(name, walk);
    }

    private void assertAllSeen() {
        hashing.close();
        assertThat(contract.documented().stream()
                        .filter(answer -> answer.matches(FILES) && !answer.matches(SEEN_ELSEWHERE))
                        .filter(answer -> contract.seen().stream().noneMatch(s -> (s + " ").startsWith(answer + " "))))
                .as("seen: %s", contract.seen())
                .isEmpty();
    }

    private Answer call(
            int status, String reason, String method, String path, @Nullable String body, String... headers) {
        return expect(status, reason, me.api(), method, path, body, headers);
    }

    /** What every command refuses alike, and that it is answered before it is decided if so wanted. */
    private void alike(String method, String path, @Nullable String good, @Nullable String otherBody) {
        if (good != null) {
            badCommand(method, path, good, me.api());
        } else {
            expect(401, "TOKEN_MISSING", nobody, method, path, null);
            call(400, "INVALID_HEADER", method, path, null, "Idempotency-Key", "\"half");
            call(413, "BODY_TOO_LARGE", method, path, LARGE);
        }
        expect(403, "ACCOUNT_CLOSED", closed, method, path, good);
        expect(403, "DEVICE_REMOVED", removed, method, path, good);
        String key = key();
        Answer pending = call(202, "", method, path, good, "Prefer", ASYNC, "Idempotency-Key", key);
        assertThat(pending.member("status")).isEqualTo("PENDING");
        await().until(() ->
                me.api().call(method, path, otherBody, "Idempotency-Key", key).status() == 422);
        call(422, "IDEMPOTENCY_KEY_REUSED", method, path, otherBody, "Idempotency-Key", key);
    }

    private void read(String path, String ahead) {
        call(200, "", "GET", path, null);
        call(400, "INVALID_PARAMETER", "GET", path + "?x=1", null);
        call(400, "INVALID_HEADER", "GET", path, null, "Millrace-Position", "yesterday");
        expect(401, "TOKEN_MISSING", nobody, "GET", path, null);
        expect(403, "ACCOUNT_CLOSED", closed, "GET", path, null);
        expect(403, "DEVICE_REMOVED", removed, "GET", path, null);
        call(504, "NOT_YET_VISIBLE", "GET", path, null, "Millrace-Position", ahead);
    }

    private static String named(String name) {
        return "{\"name\":\"" + name + "\"}";
    }

    private String name() {
        return id();
    }

    private String folder() {
        return me.folder(name(), "root");
    }

    private String deletedFolder() {
        String folder = folder();
        me.delete(folder);
        return folder;
    }

    private String file() {
        Answer begun = me.upload(name(), "root", 100);
        verified(begun);
        return begun.member("fileId");
    }

    private void verified(Answer begun) {
        String upload = "/uploads/" + begun.member("uploadId");
        String at = hashing.verify(begun.member("uploadId"), me.id(), upload, 100);
        await().until(() -> me.api().get(upload, "Millrace-Position", at).status() == 200);
    }

    /** A folder that is as deep as there can be. */
    private String deepest() {
        String at = folder();
        for (int i = 1; i < 100; i++) {
            at = me.folder("x", at);
        }
        return at;
    }

    private void folders() {
        Answer made = call(201, "", "POST", "/folders", named(name()));
        String id = made.member("fileId");
        call(201, "", "POST", "/folders", "{\"name\":\"in\",\"parentId\":\"" + id + "\"}");
        call(400, "INVALID_BODY", "POST", "/folders", "{}");
        call(400, "INVALID_BODY", "POST", "/folders", named("x".repeat(256)));
        call(400, "INVALID_BODY", "POST", "/folders", "{\"name\":\"x\",\"parentId\":\"here\"}");
        call(404, "UNKNOWN_FILE", "POST", "/folders", "{\"name\":\"x\",\"parentId\":\"" + NONE + "\"}");
        call(409, "NAME_TAKEN", "POST", "/folders", "{\"name\":\"IN\",\"parentId\":\"" + id + "\"}");
        call(410, "FILE_DELETED", "POST", "/folders", "{\"name\":\"x\",\"parentId\":\"" + deletedFolder() + "\"}");
        call(422, "NAME_INVALID", "POST", "/folders", named("a/b"));
        call(422, "NOT_A_FOLDER", "POST", "/folders", "{\"name\":\"x\",\"parentId\":\"" + file() + "\"}");
        call(422, "TREE_TOO_DEEP", "POST", "/folders", "{\"name\":\"x\",\"parentId\":\"" + deepest() + "\"}");
        me.share(id, other, "read");
        expect(403, "READ_ONLY", other.api(), "POST", "/folders", "{\"name\":\"x\",\"parentId\":\"" + id + "\"}");

        String list = "/folders/" + id + "/children";
        read(list, farAhead(made));
        Answer page = call(200, "", "GET", "/folders/root/children?pageSize=1", null);
        call(200, "", "GET", "/folders/root/children?cursor=" + page.member("nextCursor"), null);
        call(400, "INVALID_PARAMETER", "GET", list + "?pageSize=101", null);
        call(400, "INVALID_PARAMETER", "GET", list + "?cursor=" + page.member("nextCursor"), null);
        call(404, "UNKNOWN_FILE", "GET", "/folders/" + NONE + "/children", null);
        call(404, "UNKNOWN_FILE", "GET", "/folders/nothing/children", null);
    }

    private static String upload(String name, String more) {
        return UPLOAD.formatted(name, more);
    }

    private void starting() {
        call(201, "", "POST", "/files", upload(name(), ""));
        call(201, "", "POST", "/files", upload(name(), ",\"contentHash\":\"" + "a".repeat(64) + "\""));
        call(400, "INVALID_BODY", "POST", "/files", upload(name(), ",\"contentHash\":\"abc\""));
        call(400, "INVALID_BODY", "POST", "/files", "{\"fileName\":\"x\",\"fileSize\":-1,\"mimeType\":\"a/b\"}");
        call(400, "INVALID_BODY", "POST", "/files", "{\"fileName\":\"x\",\"fileSize\":1,\"mimeType\":\"text\"}");
        call(400, "INVALID_BODY", "POST", "/files", "{\"fileSize\":1,\"mimeType\":\"a/b\"}");
        String file = file();
        call(
                201,
                "",
                "POST",
                "/files",
                "{\"fileId\":\"" + file + "\",\"baseVersion\":1,\"fileSize\":1,\"mimeType\":\"a/b\"}");
        call(
                404,
                "UNKNOWN_VERSION",
                "POST",
                "/files",
                "{\"fileId\":\"" + file + "\",\"baseVersion\":9,\"fileSize\":1,\"mimeType\":\"a/b\"}");
        call(
                404,
                "UNKNOWN_FILE",
                "POST",
                "/files",
                "{\"fileId\":\"" + NONE + "\",\"fileSize\":1,\"mimeType\":\"a/b\"}");
        call(
                422,
                "NOT_A_FILE",
                "POST",
                "/files",
                "{\"fileId\":\"" + folder() + "\",\"fileSize\":1,\"mimeType\":\"a/b\"}");
        String name = name();
        call(201, "", "POST", "/files", upload(name, ""));
        call(409, "NAME_TAKEN", "POST", "/files", upload(name, ""));
        call(
                409,
                "QUOTA_EXCEEDED",
                "POST",
                "/files",
                "{\"fileName\":\"big\",\"fileSize\":999999999999,\"mimeType\":\"a/b\"}");
        call(410, "FILE_DELETED", "POST", "/files", upload("x", ",\"parentId\":\"" + deletedFolder() + "\""));
        call(
                422,
                "FILE_TOO_LARGE",
                "POST",
                "/files",
                "{\"fileName\":\"big\",\"fileSize\":9999999999999,\"mimeType\":\"a/b\"}");
        call(422, "NAME_INVALID", "POST", "/files", upload("..", ""));
        String folder = folder();
        me.share(folder, other, "read");
        expect(403, "READ_ONLY", other.api(), "POST", "/files", upload("x", ",\"parentId\":\"" + folder + "\""));
    }

    private void uploads() {
        Answer begun = call(201, "", "POST", "/files", upload(name(), ""));
        String path = "/uploads/" + begun.member("uploadId");
        read(path, farAhead(begun));
        call(404, "UNKNOWN_UPLOAD", "GET", "/uploads/" + NONE, null);
        call(404, "UNKNOWN_UPLOAD", "GET", "/uploads/none", null);
        expect(404, "UNKNOWN_UPLOAD", other.api(), "GET", path, null);
        expect(404, "UNKNOWN_UPLOAD", other.api(), "DELETE", path, null);
        call(404, "UNKNOWN_UPLOAD", "DELETE", "/uploads/" + NONE, null);
        call(404, "UNKNOWN_UPLOAD", "DELETE", "/uploads/none", null);
        parts(begun);
        manifest();
        call(200, "", "DELETE", path, null);
        call(200, "", "DELETE", path, null);
        Answer done = call(201, "", "POST", "/files", upload(name(), ""));
        verified(done);
        call(409, "UPLOAD_ENDED", "DELETE", "/uploads/" + done.member("uploadId"), null);
        call(409, "UPLOAD_ENDED", "POST", "/uploads/" + done.member("uploadId") + "/parts", part(1, 100));
        Answer completed = call(200, "", "GET", "/uploads/" + done.member("uploadId"), null);
        assertThat(completed.json().path("version").asInt()).isEqualTo(1);
        call(202, "", "POST", "/uploads/" + done.member("uploadId") + "/complete", null);
    }

    private void parts(Answer begun) {
        String path = "/uploads/" + begun.member("uploadId") + "/parts";
        call(200, "", "POST", path, part(1, 100));
        call(400, "INVALID_BODY", "POST", path, "{\"parts\":[]}");
        call(400, "INVALID_BODY", "POST", path, part(2, 100));
        call(400, "INVALID_BODY", "POST", path, part(1, 99));
        call(404, "UNKNOWN_UPLOAD", "POST", "/uploads/" + NONE + "/parts", part(1, 100));
        expect(404, "UNKNOWN_UPLOAD", other.api(), "POST", path, part(1, 100));
        expect(401, "TOKEN_MISSING", nobody, "POST", path, part(1, 100));
        call(400, "MALFORMED_JSON", "POST", path, "{");
        call(413, "BODY_TOO_LARGE", "POST", path, LARGE);
        call(415, "UNSUPPORTED_MEDIA_TYPE", "POST", path, part(1, 100), "Content-Type", "text/plain");
        expect(403, "ACCOUNT_CLOSED", closed, "POST", path, part(1, 100));
        expect(403, "DEVICE_REMOVED", removed, "POST", path, part(1, 100));
        String complete = "/uploads/" + begun.member("uploadId") + "/complete";
        call(409, "PARTS_MISSING", "POST", complete, null);
        call(404, "UNKNOWN_UPLOAD", "POST", "/uploads/none/complete", null);
        expect(404, "UNKNOWN_UPLOAD", other.api(), "POST", complete, null);
    }

    private void manifest() {
        String file;
        try (Downloader downloads = new Downloader(system)) {
            file = downloads.stored(me, name(), Downloader.content(1_000));
        }
        String path = "/uploads/" + me.edit(file, 1, 1_000).member("uploadId") + "/manifest";
        call(200, "", "POST", path, leaf(1, 0, 48));
        call(400, "INVALID_BODY", "POST", path, leaf(0, 0, 48));
        call(400, "INVALID_BODY", "POST", path, leaf(1, 1_024, 48));
        call(400, "INVALID_BODY", "POST", path, leaf(1, 0, 44));
        call(400, "INVALID_BODY", "POST", path, leaf(1, 0, 47));
        call(400, "INVALID_BODY", "POST", path, "{\"baseVersion\":1,\"changedLeaves\":[]}");
        call(404, "UNKNOWN_VERSION", "POST", path, leaf(2, 0, 48));
        call(404, "UNKNOWN_UPLOAD", "POST", "/uploads/" + NONE + "/manifest", leaf(1, 0, 48));
        expect(404, "UNKNOWN_UPLOAD", other.api(), "POST", path, leaf(1, 0, 48));
        expect(401, "TOKEN_MISSING", nobody, "POST", path, leaf(1, 0, 48));
        call(400, "MALFORMED_JSON", "POST", path, "{");
        call(413, "BODY_TOO_LARGE", "POST", path, LARGE);
        call(415, "UNSUPPORTED_MEDIA_TYPE", "POST", path, leaf(1, 0, 48), "Content-Type", "text/plain");
        expect(403, "ACCOUNT_CLOSED", closed, "POST", path, leaf(1, 0, 48));
        expect(403, "DEVICE_REMOVED", removed, "POST", path, leaf(1, 0, 48));
        call(200, "", "DELETE", path.replace("/manifest", ""), null);
        call(409, "UPLOAD_ENDED", "POST", path, leaf(1, 0, 48));
    }

    /** Of one chunk, if it has 48 characters. */
    private static String leaf(long base, int number, int chars) {
        return "{\"baseVersion\":" + base + ",\"changedLeaves\":[{\"number\":" + number + ",\"chunks\":\""
                + ("A".repeat(44) + "AAQA").substring(0, chars) + "\"}]}";
    }

    private static String part(int number, int size) {
        return "{\"parts\":[{\"number\":" + number + ",\"size\":" + size + ",\"sha256\":\"" + "a".repeat(64) + "\"}]}";
    }

    /** An upload of one piece that was sent. */
    private String sent() {
        byte[] content = Sender.content(1, 100);
        Answer begun = me.upload(name(), "root", content.length);
        assertThat(new Sender().whole(begun, content)).isEqualTo(200);
        return begun.member("uploadId");
    }

    private void files() {
        String file = file();
        Answer moved = me.patch(file, named(name()));
        String path = "/files/" + file;
        read(path, farAhead(moved));
        call(200, "", "GET", path + "?version=1", null);
        call(400, "INVALID_PARAMETER", "GET", path + "?version=0", null);
        call(404, "UNKNOWN_VERSION", "GET", path + "?version=2", null);
        call(404, "UNKNOWN_FILE", "GET", "/files/" + NONE, null);
        expect(404, "UNKNOWN_FILE", other.api(), "GET", path, null);
        for (String list : new String[] {"/versions", "/changes", "/downloads"}) {
            read(path + list, farAhead(moved));
            call(404, "UNKNOWN_FILE", "GET", "/files/" + NONE + list, null);
            call(400, "INVALID_PARAMETER", "GET", path + list + "?pageSize=0", null);
        }
        call(400, "INVALID_PARAMETER", "GET", path + "/changes?since=x", null);
        call(400, "INVALID_PARAMETER", "GET", path + "/downloads?cursor=x", null);
        call(200, "", "GET", path + "/changes?since=2020-01-01T00:00:00Z", null);
    }

    private void downloads() {
        try (Downloader downloader = new Downloader(system)) {
            String file = downloader.stored(me, name(), Downloader.content(100));
            String path = "/files/" + file + "/downloads";
            assertThat(downloader.fetch("GET", Downloader.url(me, file)).statusCode())
                    .isEqualTo(200);
            await().until(() -> FilesUser.each(call(200, "", "GET", path, null), "sentBytes")
                    .contains("100"));
            Answer first = call(200, "", "GET", path + "?pageSize=1", null);
            Answer rest = call(200, "", "GET", path + "?cursor=" + first.member("nextCursor"), null);
            assertThat(FilesUser.each(rest, "kind")).containsOnly("url");
            call(404, "UNKNOWN_FILE", "GET", "/files/" + folder() + "/downloads", null);
            expect(404, "UNKNOWN_FILE", other.api(), "GET", path, null);
            String shared = position(me.share(file, other, "write"));
            expect(403, "NOT_YOURS", other.api(), "GET", path, null, "Millrace-Position", shared);
        }
    }

    private void moving() {
        String folder = folder();
        String path = "/files/" + folder;
        call(200, "", "PATCH", path, named(name()));
        call(400, "INVALID_BODY", "PATCH", path, "{}");
        call(404, "UNKNOWN_FILE", "PATCH", "/files/" + NONE, named("x"));
        call(404, "UNKNOWN_FILE", "PATCH", "/files/none", named("x"));
        String taken = name();
        me.folder(taken, "root");
        call(409, "NAME_TAKEN", "PATCH", path, named(taken));
        call(410, "FILE_DELETED", "PATCH", path, "{\"parentId\":\"" + deletedFolder() + "\"}");
        call(422, "NAME_INVALID", "PATCH", path, named("."));
        call(422, "NOT_A_FOLDER", "PATCH", path, "{\"parentId\":\"" + file() + "\"}");
        call(422, "CYCLE", "PATCH", path, "{\"parentId\":\"" + me.folder("in", folder) + "\"}");
        call(422, "OTHER_NAMESPACE", "PATCH", path, "{\"parentId\":\"" + other.folder(name(), "root") + "\"}");
        me.share(folder, other, "write");
        expect(403, "READ_ONLY", other.api(), "PATCH", path, named("x"));
    }

    private void deleting() {
        String file = file();
        String path = "/files/" + file;
        verified(me.edit(file, 1, 100));
        call(409, "EDITED_SINCE", "DELETE", path + "?baseVersion=1", null);
        call(400, "INVALID_PARAMETER", "DELETE", path + "?baseVersion=x", null);
        me.share(file, other, "write");
        expect(403, "READ_ONLY", other.api(), "DELETE", path, null);
        call(200, "", "DELETE", path + "?baseVersion=2", null);
        call(200, "", "DELETE", path, null);
        call(404, "UNKNOWN_FILE", "DELETE", "/files/" + NONE, null);
        String folder = folder();
        String in = me.folder("in", folder);
        me.delete(folder);
        call(410, "FILE_DELETED", "DELETE", "/files/" + in, null);
    }

    private void restoring() {
        String file = file();
        String path = "/files/" + file + "/restore";
        call(409, "NOT_DELETED", "POST", path, "{}");
        verified(me.edit(file, 1, 100));
        call(200, "", "POST", path, "{\"version\":1}");
        call(404, "UNKNOWN_VERSION", "POST", path, "{\"version\":9}");
        call(404, "UNKNOWN_FILE", "POST", "/files/" + NONE + "/restore", "{}");
        call(422, "NOT_A_FILE", "POST", "/files/" + folder() + "/restore", "{\"version\":1}");
        me.share(file, other, "read");
        expect(403, "READ_ONLY", other.api(), "POST", path, "{\"version\":2}");
        me.delete(file);
        call(410, "FILE_DELETED", "POST", path, "{\"parentId\":\"" + deletedFolder() + "\"}");
        call(422, "NAME_INVALID", "POST", path, named("/"));
        call(422, "OTHER_NAMESPACE", "POST", path, "{\"parentId\":\"" + other.folder(name(), "root") + "\"}");
        String taken = name();
        me.folder(taken, "root");
        call(409, "NAME_TAKEN", "POST", path, named(taken));
        call(200, "", "POST", path, "{}");
    }

    private void trash() {
        String folder = folder();
        String in = me.folder("in", folder);
        String path = "/trash/" + folder;
        call(409, "NOT_DELETED", "DELETE", path, null);
        me.share(folder, other, "write");
        me.delete(folder);
        call(409, "NOT_DELETED", "DELETE", "/trash/" + in, null);
        expect(403, "NOT_YOURS", other.api(), "DELETE", path, null);
        call(404, "UNKNOWN_FILE", "DELETE", "/trash/" + NONE, null);
        call(404, "UNKNOWN_FILE", "DELETE", "/trash/none", null);
        call(202, "", "DELETE", path, null);
        call(404, "UNKNOWN_FILE", "DELETE", path, null);
        String another = deletedFolder();
        call(202, "", "DELETE", "/trash", null);
        call(404, "UNKNOWN_FILE", "POST", "/files/" + another + "/restore", "{}");
        call(202, "", "DELETE", "/trash", null);
    }

    private void purgingVersions() {
        String file = file();
        String versions = "/files/" + file + "/versions/";
        verified(me.edit(file, 1, 100));
        call(409, "NEWEST_VERSION", "DELETE", versions + "2", null);
        call(404, "UNKNOWN_VERSION", "DELETE", versions + "3", null);
        call(404, "UNKNOWN_VERSION", "DELETE", versions + "0", null);
        call(400, "INVALID_PARAMETER", "DELETE", versions + "x", null);
        call(404, "UNKNOWN_FILE", "DELETE", "/files/" + NONE + "/versions/1", null);
        call(422, "NOT_A_FILE", "DELETE", "/files/" + folder() + "/versions/1", null);
        me.share(file, other, "write");
        expect(403, "NOT_YOURS", other.api(), "DELETE", versions + "1", null);
        Answer begun = me.edit(file, 2, 100);
        call(409, "UPLOADS_OPEN", "DELETE", versions + "1", null);
        me.did(200, "DELETE", "/uploads/" + begun.member("uploadId"), null);
        call(200, "", "DELETE", versions + "1", null);
        call(200, "", "DELETE", versions + "1", null);
        call(404, "UNKNOWN_VERSION", "GET", "/files/" + file + "?version=1", null);
        call(404, "UNKNOWN_VERSION", "POST", "/files/" + file + "/restore", "{\"version\":1}");
        me.delete(file);
        call(410, "FILE_DELETED", "DELETE", versions + "1", null);
    }

    private void sharing() {
        String folder = folder();
        String path = "/files/" + folder + "/share";
        String body = "{\"userId\":\"" + other.id() + "\",\"permissions\":[\"read\"]}";
        call(201, "", "POST", path, body);
        call(201, "", "POST", path, body.replace("]}", ",\"write\"],\"expiresAt\":\"2030-01-01T00:00:00Z\"}"));
        call(400, "INVALID_BODY", "POST", path, "{}");
        call(400, "INVALID_BODY", "POST", path, body.replace("read", "own"));
        call(400, "INVALID_BODY", "POST", path, body.replace("]}", "],\"expiresAt\":\"soon\"}"));
        call(404, "UNKNOWN_FILE", "POST", "/files/" + NONE + "/share", body);
        call(404, "UNKNOWN_USER", "POST", path, body.replace(other.id(), goneId));
        call(410, "FILE_DELETED", "POST", "/files/" + deletedFolder() + "/share", body);
        call(422, "YOURSELF", "POST", path, body.replace(other.id(), me.id()));
        call(422, "EXPIRY_INVALID", "POST", path, body.replace("]}", "],\"expiresAt\":\"2020-01-01T00:00:00Z\"}"));
        expect(403, "NOT_YOURS", other.api(), "POST", path, body.replace(other.id(), "carol"));
        fill(folder);
        call(409, "SHARES_TOO_MANY", "POST", path, body.replace(other.id(), "one-more"));
        call(409, "SHARES_TOO_MANY", "POST", "/files/" + folder + "/links", "{}");
    }

    private void fill(String folder) {
        for (int i = 1; i < 100; i++) {
            me.link(folder, "{}");
        }
    }

    private void links() {
        String folder = folder();
        String path = "/files/" + folder + "/links";
        Answer link = call(201, "", "POST", path, "{}");
        call(201, "", "POST", path, "{\"password\":\"p\",\"expiresAt\":\"2030-01-01T00:00:00Z\"}");
        call(400, "INVALID_BODY", "POST", path, "{\"password\":\"\"}");
        call(404, "UNKNOWN_FILE", "POST", "/files/" + NONE + "/links", "{}");
        call(410, "FILE_DELETED", "POST", "/files/" + deletedFolder() + "/links", "{}");
        call(422, "EXPIRY_INVALID", "POST", path, "{\"expiresAt\":\"2020-01-01T00:00:00Z\"}");
        me.share(folder, other, "read");
        expect(403, "NOT_YOURS", other.api(), "POST", path, "{}");

        String url = link.member("shareUrl");
        call(200, "", "POST", url, "{}");
        call(400, "INVALID_BODY", "POST", url, "{\"password\":\"" + "x".repeat(129) + "\"}");
        call(404, "UNKNOWN_SHARE", "POST", "/links/nothing", "{}");
        call(404, "UNKNOWN_SHARE", "POST", url.substring(0, url.length() - 32) + "0".repeat(32), "{}");
        String asks = me.link(folder, "{\"password\":\"p\"}").member("shareUrl");
        expect(403, "PASSWORD_WRONG", other.api(), "POST", asks, "{\"password\":\"q\"}");
        me.delete(folder);
        expect(410, "FILE_DELETED", other.api(), "POST", url, "{}");
    }

    private void ending() {
        String folder = folder();
        Answer link = me.link(folder, "{}");
        String path = "/shares/" + link.member("shareId");
        expect(404, "UNKNOWN_SHARE", other.api(), "DELETE", path, null);
        call(200, "", "DELETE", path, null);
        call(404, "UNKNOWN_SHARE", "DELETE", path, null);
        call(404, "UNKNOWN_SHARE", "DELETE", "/shares/none", null);
    }

    private void devices() {
        String path = "/devices/" + name();
        call(200, "", "PUT", path, named("Mine"));
        call(400, "INVALID_BODY", "PUT", path, named(""));
        call(400, "INVALID_PARAMETER", "PUT", "/devices/a.b", named("x"));
        call(403, "DEVICE_REMOVED", "PUT", "/devices/lost", named("Found"));
        call(404, "UNKNOWN_DEVICE", "DELETE", "/devices/" + name(), null);
        call(400, "INVALID_PARAMETER", "DELETE", "/devices/a.b", null);
        call(200, "", "DELETE", path, null);
        call(200, "", "DELETE", path, null);
    }

    private void ownReads() {
        Answer made = call(201, "", "POST", "/folders", named(name()));
        for (String path : new String[] {"/shares", "/devices", "/usage", "/changes", "/trash"}) {
            read(path, farAhead(made));
        }
        call(400, "INVALID_PARAMETER", "GET", "/changes?cursor=x", null);
        call(400, "INVALID_PARAMETER", "GET", "/shares?cursor=x", null);
        call(400, "INVALID_PARAMETER", "GET", "/trash?cursor=x", null);
        call(200, "", "GET", "/changes?pageSize=1000", null);
    }

    private void live() {
        String path = "/changes/live";
        String ticket = "?ticket=" + me.api().post("/live-tickets", "").member("ticket");
        upgrade(101, path + ticket, "Origin", system.address());
        upgrade(101, path, "Cookie", cookie());
        upgrade(403, path + ticket, "Origin", "https://elsewhere.example");
        upgrade(401, path);
        upgrade(401, path + "?ticket=x.y.z");
        upgrade(400, path + ticket, "Sec-WebSocket-Key", "short");
        upgrade(426, path + ticket, "Sec-WebSocket-Version", "7");
        call(426, "UPGRADE_REQUIRED", "GET", path, null);
        expect(403, "ACCOUNT_CLOSED", closed, "GET", path, null);
    }

    private void alike() {
        String folder = folder();
        Answer begun = me.upload(name(), "root", 1);
        Answer link = me.link(folder, "{}");
        alike("POST", "/folders", named(name()), named(name()));
        alike("POST", "/files", upload(name(), ""), upload(name(), ""));
        alike("PATCH", "/files/" + folder, named("a " + name()), named("b " + name()));
        alike("POST", "/files/" + folder + "/share", shareWith("x"), shareWith("y"));
        alike("POST", "/files/" + folder + "/links", "{}", "{\"expiresAt\":\"2030-01-01T00:00:00Z\"}");
        alike("POST", link.member("shareUrl"), "{}", "{\"password\":\"x\"}");
        alike("PUT", "/devices/" + name(), named("a"), named("b"));
        alike("DELETE", "/devices/lost", null, "{}");
        alike("DELETE", "/shares/" + link.member("shareId"), null, "{}");
        alike("POST", "/uploads/" + sent() + "/complete", null, "{}");
        alike("DELETE", "/uploads/" + begun.member("uploadId"), null, "{}");
        alike("DELETE", "/files/" + folder, null, "{}");
        alike("POST", "/files/" + folder + "/restore", "{}", named("c " + name()));
        String file = file();
        verified(me.edit(file, 1, 100));
        alike("DELETE", "/files/" + file + "/versions/1", null, "{}");
        me.delete(folder);
        alike("DELETE", "/trash/" + folder, null, "{}");
        alike("DELETE", "/trash", null, "{}");
    }

    private static String shareWith(String user) {
        return "{\"userId\":\"" + user + "\",\"permissions\":[\"read\"]}";
    }
}
