package dev.millrace.files.standalone;

import static dev.millrace.files.standalone.FilesUser.each;
import static dev.millrace.files.standalone.FilesUser.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.files.topics.v1.RejectionReason;
import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Files over HTTP from the running system: a test for each call and rule. Only the hashing of content is played. */
@ExtendWith(OneSystem.class)
class FilesIT {
    private final TestSystem system;
    private final PlayedHashing hashing;
    private final FilesUser alice;
    private final FilesUser bob;

    FilesIT(TestSystem system) {
        this.system = system;
        this.hashing = new PlayedHashing(system);
        this.alice = FilesUser.any(system, "alice");
        this.bob = FilesUser.any(system, "bob");
    }

    @AfterEach
    void close() {
        hashing.close();
    }

    /** A file in its first version; returns its id. */
    private String file(String name, String parent, String content) {
        Answer begun = alice.upload(name, parent, 100);
        verified(alice, begun, content);
        return begun.member("fileId");
    }

    private void verified(FilesUser user, Answer begun, String content) {
        String upload = begun.member("uploadId");
        String position = hashing.verify(upload, user.id(), content, 100);
        await().untilAsserted(() -> {
            Answer read = user.api().get("/uploads/" + upload, "Millrace-Position", position);
            assertThat(read.status()).isEqualTo(200);
            assertThat(read.member("status")).isIn("completed", "conflict");
            user.hear(read);
        });
    }

    @Test
    void createFolderAndListFolder() {
        String docs = alice.folder("Docs", "root");
        alice.folder("sub", docs);
        alice.folder("Ärger", "root");
        alice.folder("another", "root");

        assertThat(alice.names("root")).containsExactly("another", "Docs", "Ärger");
        assertThat(alice.names(docs)).containsExactly("sub");
    }

    @Test
    void listFolderGoesOnPageByPage() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add("folder " + i);
            alice.folder("folder " + i, "root");
        }
        List<String> listed = new ArrayList<>();
        Answer page = alice.read("/folders/root/children?pageSize=3");
        listed.addAll(each(page, "name"));
        while (!page.member("nextCursor").isEmpty()) {
            page = alice.read("/folders/root/children?pageSize=3&cursor=" + page.member("nextCursor"));
            listed.addAll(each(page, "name"));
        }

        assertThat(listed).isEqualTo(made);
    }

    @Test
    void startUploadReservesAndAnswersParts() {
        Answer small = alice.upload("small.txt", "root", 1_000);
        Answer large = alice.upload("large.bin", "root", 50L << 30);

        assertThat(small.json().path("partCount").asInt()).isEqualTo(1);
        assertThat(large.json().path("partSize").asLong()).isEqualTo(16 << 20);
        assertThat(large.json().path("partCount").asInt()).isEqualTo(3_200);
        assertThat(alice.read("/usage").json().path("reservedBytes").asLong()).isEqualTo((50L << 30) + 1_000);
        assertThat(alice.read("/files/" + small.member("fileId")).member("status"))
                .isEqualTo("uploading");
    }

    @Test
    void getUploadTellsWhatItIs() {
        Answer begun = alice.upload("a.txt", "root", 100);
        FilesUser elsewhere = alice.on(system, "laptop");

        Answer upload = elsewhere.read("/uploads/" + begun.member("uploadId"));

        assertThat(upload.status()).isEqualTo(200);
        assertThat(upload.member("status")).isEqualTo("open");
        assertThat(upload.json().path("parts")).isEmpty();
        assertThat(bob.read("/uploads/" + begun.member("uploadId")).reason()).isEqualTo("UNKNOWN_UPLOAD");
    }

    @Test
    void cancelUploadGivesQuotaAndNameBack() {
        Answer begun = alice.upload("a.txt", "root", 100);
        alice.did(200, "DELETE", "/uploads/" + begun.member("uploadId"), null);

        assertThat(alice.read("/usage").json().path("reservedBytes").asLong()).isZero();
        assertThat(alice.read("/files/" + begun.member("fileId")).member("status"))
                .isEqualTo("rejected");
        alice.upload("a.txt", "root", 100);
    }

    @Test
    void aVersionIsCommittedOnceItsContentIsVerified() {
        String file = file("a.txt", "root", "one");

        Answer read = alice.read("/files/" + file);

        assertThat(read.member("status")).isEqualTo("completed");
        assertThat(read.json().path("version").asInt()).isEqualTo(1);
        assertThat(read.json().path("fileSize").asInt()).isEqualTo(100);
        assertThat(read.member("contentHash")).hasSize(64);
    }

    @Test
    void contentThatIsRejectedIsNoVersion() {
        Answer begun = alice.upload("a.txt", "root", 100);
        String upload = "/uploads/" + begun.member("uploadId");
        hashing.reject(begun.member("uploadId"), alice.id(), RejectionReason.REJECTION_HASH_MISMATCH);

        await().untilAsserted(
                        () -> assertThat(alice.read(upload).member("status")).isEqualTo("rejected"));
        assertThat(alice.read(upload).reason()).isEqualTo("HASH_MISMATCH");
        assertThat(alice.read("/files/" + begun.member("fileId")).member("status"))
                .isEqualTo("rejected");
    }

    @Test
    void listVersionsAndRestoreAnOldOne() {
        String file = file("a.txt", "root", "one");
        verified(alice, alice.edit(file, 1, 100), "two");
        alice.restore(file, "{\"version\":1}");

        assertThat(each(alice.read("/files/" + file + "/versions"), "version")).containsExactly("3", "2", "1");
        Answer now = alice.read("/files/" + file);
        Answer first = alice.read("/files/" + file + "?version=1");
        assertThat(now.member("contentHash")).isEqualTo(first.member("contentHash"));
        assertThat(alice.read("/files/" + file + "?version=4").reason()).isEqualTo("UNKNOWN_VERSION");
        assertThat(alice.read("/usage").json().path("versionBytes").asLong()).isEqualTo(200);
    }

    @Test
    void whoEditsAnOldVersionGetsAConflictCopy() {
        String file = file("a.txt", "root", "one");
        Answer slow = alice.edit(file, 1, 100);
        verified(alice, alice.edit(file, 1, 100), "two");
        verified(alice, slow, "three");

        Answer upload = alice.read("/uploads/" + slow.member("uploadId"));
        assertThat(upload.member("status")).isEqualTo("conflict");
        Answer copy = alice.read("/files/" + upload.member("conflictFileId"));
        assertThat(copy.member("name")).startsWith("a (conflict ").endsWith(").txt");
        assertThat(alice.names("root")).hasSize(2);
    }

    @Test
    void anEditOfWhatWasDeletedWins() {
        String file = file("a.txt", "root", "one");
        Answer edit = alice.edit(file, 1, 100);
        alice.delete(file);
        verified(alice, edit, "two");

        assertThat(alice.read("/files/" + file).member("status")).isEqualTo("completed");
        assertThat(alice.api().delete("/files/" + file + "?baseVersion=1").reason())
                .isEqualTo("EDITED_SINCE");
    }

    @Test
    void moveFileRenamesAndMovesWithoutAnUpload() {
        String docs = alice.folder("docs", "root");
        String file = file("a.txt", "root", "one");
        alice.patch(file, "{\"name\":\"A.TXT\"}");
        alice.patch(file, "{\"name\":\"b.txt\",\"parentId\":\"" + docs + "\"}");

        assertThat(alice.names("root")).containsExactly("docs");
        assertThat(alice.names(docs)).containsExactly("b.txt");
        assertThat(alice.read("/files/" + file).json().path("version").asInt()).isEqualTo(1);
        assertThat(alice.api()
                        .call("PATCH", "/files/" + docs, "{\"parentId\":\"" + docs + "\"}")
                        .reason())
                .isEqualTo("CYCLE");
    }

    @Test
    void namesAreUniqueInAFolderUnderNfcAndCaseFolding() {
        String folder = alice.folder("Résumé", "root");

        Answer taken = alice.api().post("/folders", "{\"name\":\"RE\\u0301SUME\\u0301\"}");

        assertThat(taken.reason()).isEqualTo("NAME_TAKEN");
        assertThat(taken.member("fileId")).isEqualTo(folder);
        alice.patch(folder, "{\"name\":\"résumé\"}");
    }

    @Test
    void deleteFileAndRestoreFile() {
        String docs = alice.folder("docs", "root");
        String sub = alice.folder("sub", docs);
        Answer deleted = alice.delete(docs);

        assertThat(deleted.member("keptUntil")).isNotEmpty();
        assertThat(alice.names("root")).isEmpty();
        assertThat(alice.read("/files/" + sub).member("status")).isEqualTo("deleted");
        assertThat(alice.read("/folders/" + sub + "/children").reason()).isEqualTo("UNKNOWN_FILE");

        alice.folder("docs", "root");
        assertThat(alice.api().post("/files/" + docs + "/restore", "{}").reason())
                .isEqualTo("NAME_TAKEN");
        alice.restore(docs, "{\"name\":\"docs again\"}");
        assertThat(alice.names("root")).containsExactly("docs", "docs again");
        assertThat(alice.names(docs)).containsExactly("sub");
    }

    @Test
    void whatIsInTheBinGoesForGoodWhenItsOwnerSaysSo() {
        String docs = alice.folder("docs", "root");
        String old = file("old.txt", docs, "one");
        String kept = file("kept.txt", "root", "two");
        String deleted = file("deleted.txt", "root", "three");
        alice.delete(docs);
        alice.delete(deleted);
        assertThat(each(alice.read("/trash"), "name")).containsExactly("deleted.txt", "docs");

        alice.did(202, "DELETE", "/trash/" + docs, null);

        assertThat(alice.api().post("/files/" + docs + "/restore", "{}").reason())
                .isEqualTo("UNKNOWN_FILE");
        assertThat(each(alice.read("/trash"), "fileId")).containsExactly(deleted);
        await().until(() -> alice.read("/files/" + old).status() == 404);
        await().until(() -> alice.read("/usage").json().path("liveBytes").asLong() == 200);

        assertThat(alice.did(202, "DELETE", "/trash", null)
                        .json()
                        .path("entries")
                        .asInt())
                .isEqualTo(1);

        assertThat(each(alice.read("/trash"), "fileId")).isEmpty();
        await().until(() -> alice.read("/usage").json().path("liveBytes").asLong() == 100);
        assertThat(alice.read("/files/" + kept).member("status")).isEqualTo("completed");
    }

    @Test
    void anOldVersionIsDeletedForGoodAndItsHistoryTellsOfIt() {
        String file = file("a.txt", "root", "one");
        verified(alice, alice.edit(file, 1, 100), "two");

        alice.did(200, "DELETE", "/files/" + file + "/versions/1", null);

        assertThat(each(alice.read("/files/" + file + "/versions"), "version")).containsExactly("2");
        assertThat(alice.read("/usage").json().path("versionBytes").asLong()).isZero();
        Answer changes = alice.read("/files/" + file + "/changes");
        assertThat(each(changes, "type")).endsWith("version_purged");
        assertThat(each(changes, "version")).endsWith("1");
    }

    @Test
    void shareFileAndListSharesOnBothSides() {
        String docs = alice.folder("docs", "root");
        String sub = alice.folder("sub", docs);
        assertThat(bob.read("/files/" + sub).reason()).isEqualTo("UNKNOWN_FILE");

        String share = alice.share(docs, bob, "read").member("shareId");
        alice.read("/files/" + docs);
        assertThat(bob.read("/files/" + sub).texts("permissions")).containsExactly("read");
        await().untilAsserted(
                        () -> assertThat(each(bob.read("/shares"), "shareId")).containsExactly(share));
        assertThat(each(bob.read("/shares"), "ownerId")).containsExactly(alice.id());
        assertThat(each(alice.read("/shares"), "userId")).containsExactly(bob.id());
        assertThat(bob.api()
                        .post("/folders", "{\"name\":\"x\",\"parentId\":\"" + docs + "\"}")
                        .reason())
                .isEqualTo("READ_ONLY");

        alice.share(docs, bob, "write");
        bob.folder("bob's", docs);
        assertThat(alice.names(docs)).containsExactly("bob's", "sub");
    }

    @Test
    void endShareTakesAccessWithItsDecision() {
        String docs = alice.folder("docs", "root");
        String share = alice.share(docs, bob, "write").member("shareId");
        Answer ended = alice.did(200, "DELETE", "/shares/" + share, null);
        bob.hear(ended);

        assertThat(bob.read("/files/" + docs).reason()).isEqualTo("UNKNOWN_FILE");
        assertThat(bob.api()
                        .post("/folders", "{\"name\":\"x\",\"parentId\":\"" + docs + "\"}")
                        .reason())
                .isEqualTo("UNKNOWN_FILE");
        await().untilAsserted(
                        () -> assertThat(each(bob.read("/shares"), "shareId")).isEmpty());
    }

    @Test
    void createLinkAndOpenLink() {
        String file = file("a.txt", "root", "one");
        Answer open = alice.link(file, "{}");
        Answer locked = alice.link(file, "{\"password\":\"s3cret\"}");

        assertThat(bob.api().post(open.member("shareUrl"), "{}").member("name")).isEqualTo("a.txt");
        assertThat(open.member("expiresAt")).isNotEmpty();
        assertThat(locked.json().path("hasPassword").asBoolean()).isTrue();
        assertThat(locked.text()).doesNotContain("s3cret");
        assertThat(bob.api().post(locked.member("shareUrl"), "{}").reason()).isEqualTo("PASSWORD_WRONG");
        assertThat(bob.api()
                        .post(locked.member("shareUrl"), "{\"password\":\"guess\"}")
                        .reason())
                .isEqualTo("PASSWORD_WRONG");
        assertThat(bob.api()
                        .post(locked.member("shareUrl"), "{\"password\":\"s3cret\"}")
                        .member("fileId"))
                .isEqualTo(file);

        alice.delete(file);
        assertThat(bob.api().post(open.member("shareUrl"), "{}").reason()).isEqualTo("FILE_DELETED");
        alice.restore(file, "{}");
        alice.did(200, "DELETE", "/shares/" + open.member("shareId"), null);
        assertThat(bob.api().post(open.member("shareUrl"), "{}").reason()).isEqualTo("UNKNOWN_SHARE");
    }

    @Test
    void aRetriedLinkIsTheSameLink() {
        String docs = alice.folder("docs", "root");
        String key = key();

        Answer first = alice.api().post("/files/" + docs + "/links", "{}", "Idempotency-Key", key);
        Answer again = alice.api().post("/files/" + docs + "/links", "{}", "Idempotency-Key", key);

        assertThat(again.text()).isEqualTo(first.text());
    }

    @Test
    void tenWrongPasswordsLockALink() {
        String docs = alice.folder("docs", "root");
        String url = alice.link(docs, "{\"password\":\"right\"}").member("shareUrl");
        for (int i = 0; i < 10; i++) {
            assertThat(bob.api().post(url, "{\"password\":\"wrong\"}").reason()).isEqualTo("PASSWORD_WRONG");
        }

        Answer locked = bob.api().post(url, "{\"password\":\"right\"}");

        assertThat(locked.status()).isEqualTo(429);
        assertThat(locked.reason()).isEqualTo("LINK_LOCKED");
    }

    @Test
    void removeDeviceTakesItsAccessHereAndInOthersFolders() {
        String theirs = bob.folder("bob's", "root");
        bob.share(theirs, alice, "write");
        FilesUser phone = alice.on(system, "phone");
        phone.did(200, "PUT", "/devices/phone", "{\"name\":\"My phone\"}");
        String mine = phone.folder("mine", "root");
        phone.folder("from the phone", theirs);
        assertThat(each(alice.read("/devices"), "deviceId")).containsExactly("phone");

        alice.did(200, "DELETE", "/devices/phone", null);

        assertThat(phone.api().post("/folders", "{\"name\":\"x\"}").reason()).isEqualTo("DEVICE_REMOVED");
        assertThat(phone.api()
                        .post("/folders", "{\"name\":\"x\",\"parentId\":\"" + theirs + "\"}")
                        .reason())
                .isEqualTo("DEVICE_REMOVED");
        assertThat(phone.api().get("/files/" + mine).reason()).isEqualTo("DEVICE_REMOVED");
        assertThat(phone.api().get("/files/" + theirs).reason()).isEqualTo("DEVICE_REMOVED");
        assertThat(alice.read("/files/" + mine).status()).isEqualTo(200);
    }

    @Test
    void listChangesTellsEveryStepOnceAndInOrder() {
        String docs = alice.folder("docs", "root");
        Answer first = alice.read("/changes");
        assertThat(each(first, "type")).containsExactly("folder_created");

        String file = file("a.txt", docs, "one");
        alice.delete(file);
        Answer rest = alice.read("/changes?pageSize=2&cursor=" + first.member("nextCursor"));
        List<String> types = new ArrayList<>(each(rest, "type"));
        while (rest.json().path("more").asBoolean()) {
            rest = alice.read("/changes?pageSize=2&cursor=" + rest.member("nextCursor"));
            types.addAll(each(rest, "type"));
        }

        assertThat(types).containsExactly("upload_started", "upload_completed", "version_committed", "node_deleted");
        assertThat(each(alice.read("/changes"), "sequence")).containsExactly("1", "2", "3", "4", "5");
        assertThat(bob.api()
                        .get("/changes?cursor=" + first.member("nextCursor"))
                        .reason())
                .isEqualTo("INVALID_PARAMETER");
    }

    @Test
    void listFileChangesTellsTheFilesOnly() {
        String file = file("a.txt", "root", "one");
        alice.folder("other", "root");
        alice.patch(file, "{\"name\":\"b.txt\"}");

        Answer all = alice.read("/files/" + file + "/changes");

        assertThat(each(all, "type"))
                .containsExactly("upload_started", "upload_completed", "version_committed", "node_moved");
        assertThat(each(alice.read("/files/" + file + "/changes?since=" + all.member("nextSince")), "type"))
                .isEmpty();
        assertThat(each(alice.read("/files/" + file + "/changes?since=2020-01-01T00:00:00Z"), "type"))
                .hasSize(4);
    }

    @Test
    void whoeverAFileIsSharedWithIsToldWhatBecameOfItAndNoMore() {
        String file = file("a.txt", "root", "one");
        alice.patch(file, "{\"name\":\"b.txt\"}");
        alice.share(file, bob, "read");

        Answer told = bob.read("/files/" + file + "/changes");

        assertThat(each(told, "type"))
                .containsExactly("upload_started", "upload_completed", "version_committed", "node_moved");
        assertThat(each(told, "fileId")).containsOnly(file);
        assertThat(each(told, "name")).containsOnly("");
        assertThat(each(told, "parentId")).containsOnly("");
    }

    @Test
    void usageCountsVersionsSeparately() {
        String file = file("a.txt", "root", "one");
        verified(alice, alice.edit(file, 1, 100), "two");

        Answer usage = alice.read("/usage");

        assertThat(usage.json().path("liveBytes").asLong()).isEqualTo(100);
        assertThat(usage.json().path("versionBytes").asLong()).isEqualTo(100);
        assertThat(usage.json().path("reservedBytes").asLong()).isZero();
        assertThat(alice.api()
                        .post(
                                "/files",
                                "{\"fileName\":\"x\",\"fileSize\":"
                                        + usage.json().path("quotaBytes").asLong() + ",\"mimeType\":\"a/b\"}")
                        .reason())
                .isEqualTo("QUOTA_EXCEEDED");
    }

    @Test
    void theSameKeyMakesTheSameFolderAndAnotherBodyIsRefused() {
        String key = key();
        Answer first = alice.api().post("/folders", "{\"name\":\"once\"}", "Idempotency-Key", key);
        Answer again = alice.api().post("/folders", "{\"name\":\"once\"}", "Idempotency-Key", key);
        Answer other = alice.api().post("/folders", "{\"name\":\"twice\"}", "Idempotency-Key", key);

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(other.reason()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void whatIsntWaitedForIsThereLater() {
        Answer pending = alice.api()
                .post("/folders", "{\"name\":\"later\"}", "Prefer", "respond-async", "Idempotency-Key", key());

        assertThat(pending.status()).isEqualTo(202);
        String location = pending.header("Location").orElseThrow();
        await().untilAsserted(
                        () -> assertThat(alice.read(location).member("name")).isEqualTo("later"));
    }
}
