package dev.millrace.files.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.Programs;
import dev.millrace.standalone.TestSystem;
import dev.millrace.standalone.cli.Millrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./millrace files} as people start it: a process of its own that talks to a whole system. */
@ExtendWith(OneSystem.class)
class FilesCommandIT {
    private static final int ENDS_WITHIN_SECONDS = 120;
    private static final int PART_BYTES = 16 << 20;
    /** Three parts. */
    private static final int LARGE_BYTES = 40_000_000;

    private final TestSystem system;
    private final FilesUser alice;
    private final FilesUser bob;
    private final PlayedHashing hashing;
    private final CommandPassage passage;

    @TempDir
    private Path here;

    FilesCommandIT(TestSystem system) {
        this.system = system;
        this.alice = FilesUser.any(system, "alice");
        this.bob = FilesUser.any(system, "bob");
        this.hashing = new PlayedHashing(system);
        this.passage = new CommandPassage(system, hashing, alice.id());
    }

    @AfterEach
    void close() {
        passage.close();
        hashing.close();
    }

    /** How a command ended, and all that it wrote. */
    private record Ran(int status, String said) {}

    private ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "-Dmillrace.home=" + Programs.here().root(),
                "-cp",
                Programs.here().root().resolve("standalone/target/lib") + "/*",
                Millrace.class.getName(),
                "--data",
                here.resolve("data").toString(),
                "files"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--url", passage.address()));
        ProcessBuilder process =
                new ProcessBuilder(command).directory(here.toFile()).redirectErrorStream(true);
        process.environment().put("MILLRACE_TOKEN", system.token(alice.id(), false));
        process.environment().put("XDG_STATE_HOME", here.resolve("state").toString());
        return process;
    }

    private Ran files(String... arguments) throws IOException, InterruptedException {
        return ended(command(arguments).start());
    }

    private static Ran ended(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS))
                .as(said)
                .isTrue();
        return new Ran(process.exitValue(), said);
    }

    private String done(String... arguments) throws IOException, InterruptedException {
        Ran ran = files(arguments);
        assertThat(ran.status()).as(ran.said()).isZero();
        return ran.said();
    }

    private Path local(String name, byte[] content) throws IOException {
        return Files.write(here.resolve(name), content);
    }

    private JsonNode listed(String path) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(done("ls", path, "--json"));
    }

    private List<Path> statesLeft() throws IOException {
        Path states = here.resolve("state/millrace/uploads");
        if (!Files.exists(states)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(states)) {
            return all.toList();
        }
    }

    /** Begins to put a file of three parts, one at a time, and kills it with -9 when two of them are there. */
    private void killedHalfWay(Path file, String to) throws IOException, InterruptedException {
        CompletableFuture<Process> running = new CompletableFuture<>();
        passage.lets(numbers -> {
            if (numbers.contains(3)) {
                running.join().destroyForcibly().onExit().join();
                return false;
            }
            return true;
        });
        Process process = command("put", file.toString(), to, "--parallel", "1").start();
        running.complete(process);
        Ran killed = ended(process);
        passage.lets(numbers -> true);
        assertThat(killed.status()).as(killed.said()).isEqualTo(128 + 9);
        assertThat(passage.partsAsked()).startsWith(1, 2);
    }

    @Test
    void whatIsPutAgainBecomesAVersionUnlessItIsTheSame() throws Exception {
        Path file = local("2026.txt", "first".getBytes(UTF_8));

        String first = done("put", file.toString(), "/Letters/");
        String same = done("put", file.toString(), "/letters/2026.TXT");
        Files.writeString(file, "second");
        String second = done("put", file.toString(), "/Letters/2026.txt");
        String versions = done("versions", "/Letters/2026.txt");
        String old = done("get", "/Letters/2026.txt", "old.txt", "--version", "1");
        String restored = done("restore", "/Letters/2026.txt", "--version", "1");

        assertThat(first).contains("/Letters/2026.txt", "version 1");
        assertThat(same).contains("the same already, version 1");
        assertThat(second).contains("version 2");
        assertThat(versions.lines()).hasSize(2);
        assertThat(old).contains("old.txt");
        assertThat(here.resolve("old.txt")).hasContent("first");
        assertThat(restored).contains("as version 3");
        assertThat(statesLeft()).isEmpty();
    }

    @Test
    void aKilledUploadGoesOnWhereItWas() throws Exception {
        byte[] content = Sender.content(41, LARGE_BYTES);
        Path file = local("large", content);
        killedHalfWay(file, "/large");
        int askedBefore = passage.partsAsked().size();
        assertThat(statesLeft()).hasSize(1);

        String said = done("put", file.toString(), "/large");

        assertThat(said).contains("2 of 3 parts are there", "version 1");
        assertThat(passage.partsAsked()
                        .subList(askedBefore, passage.partsAsked().size()))
                .containsExactly(3);
        assertThat(listed("/large").path("contentHash").asText()).isEqualTo(Sender.sha256(content));
        assertThat(statesLeft()).isEmpty();
        assertThat(alice.read("/usage").json().path("reservedBytes").asLong()).isZero();
    }

    @Test
    void aFileThatWasChangedMeanwhileIsSentAnewAndTheOldUploadGivenUp() throws Exception {
        Path file = local("large", Sender.content(42, LARGE_BYTES));
        killedHalfWay(file, "/large");
        byte[] other = Sender.content(43, PART_BYTES / 2);
        Files.write(file, other);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));

        String said = done("put", file.toString(), "/large");

        assertThat(said).contains("given up", "version 1");
        assertThat(listed("/large").path("contentHash").asText()).isEqualTo(Sender.sha256(other));
        assertThat(statesLeft()).isEmpty();
        assertThat(alice.read("/usage").json().path("reservedBytes").asLong()).isZero();
    }

    @Test
    void whoeverIsSlowerBecomesACopy() throws Exception {
        Path small = local("small", new byte[] {1});
        assertThat(done("put", small.toString(), "/shared")).contains("version 1");
        String fileId = listed("/shared").path("fileId").asText();
        Path mine = local("mine", Sender.content(44, LARGE_BYTES));
        killedHalfWay(mine, "/shared");
        Answer other = alice.edit(fileId, 1, 5);
        String unused = hashing.verify(other.member("uploadId"), alice.id(), "other", 5);
        await().until(() ->
                alice.read("/files/" + fileId).json().path("version").asInt() == 2);

        Ran late = files("put", mine.toString(), "/shared");

        assertThat(late.status()).as(late.said()).isEqualTo(1);
        assertThat(late.said()).contains("changed by somebody else", "kept beside it as \"shared (");
        assertThat(done("ls", "/").lines()).hasSize(2);
        assertThat(statesLeft()).isEmpty();
    }

    @Test
    void foldersGoThereAndComeBackAsTheyWere() throws Exception {
        Path folder = Files.createDirectories(here.resolve("tree/inside/deeper"));
        Files.write(folder.resolve("empty"), new byte[0]);
        Files.write(folder.resolve("small"), Sender.content(45, 1_000));
        byte[] larger = Sender.content(46, 3_000_000);
        Files.write(here.resolve("tree/larger"), larger);
        Files.createSymbolicLink(here.resolve("tree/link"), folder);

        String put = done("put", "tree", "/");
        String again = done("put", "tree", "/");
        passage.breakOffAt(1_000_000);
        String got = done("get", "/tree", "back");
        String verified = done("verify");
        passage.damage(larger);
        Ran damaged = files("verify", "/tree");

        assertThat(put).contains("/tree/inside/deeper/empty", "/tree/inside/deeper/small", "link is left out");
        assertThat(again.lines().filter(line -> line.contains("the same already")))
                .hasSize(3);
        assertThat(got).contains("back/larger");
        assertThat(here.resolve("back/inside/deeper/empty")).isEmptyFile();
        assertThat(here.resolve("back/inside/deeper/small")).hasSameBinaryContentAs(folder.resolve("small"));
        assertThat(here.resolve("back/larger")).hasBinaryContent(larger);
        assertThat(passage.ranges()).isNotEmpty();
        assertThat(here.resolve("back")).isDirectoryNotContaining("glob:**/.millrace-*");
        assertThat(verified).contains("3 of 3 versions");
        assertThat(damaged.status()).isEqualTo(1);
        assertThat(damaged.said()).contains("/tree/larger version 1 can't be read", "2 of 3 versions");
    }

    @Test
    void aDownloadNeverTakesTheNameOfAnotherFile() throws Exception {
        byte[] content = Sender.content(47, 2_000_000);
        assertThat(done("put", local("there", content).toString(), "/there")).contains("version 1");
        Path mine = local("mine", "mine".getBytes(UTF_8));

        Ran refused = files("get", "/there", "mine");
        String same = done("get", "/there", "there");
        // As one leaves it who is killed: half of it, and damaged at that.
        Path part = local(".millrace-" + Sender.sha256(content).substring(0, 32), Sender.content(48, 1_000_000));
        String fetched = done("get", "/there", "new");
        String forced = done("get", "/there", "mine", "--force");
        passage.damage(content);
        Ran damaged = files("get", "/there", "damaged");

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.said()).contains("something else", "--force");
        assertThat(same).contains("the same already");
        assertThat(fetched).contains("new");
        assertThat(here.resolve("new")).hasBinaryContent(content);
        assertThat(part).doesNotExist();
        assertThat(forced).contains("mine");
        assertThat(mine).hasBinaryContent(content);
        assertThat(damaged.status()).isEqualTo(1);
        assertThat(damaged.said()).contains("arrived as something else");
        assertThat(here.resolve("damaged")).doesNotExist();
    }

    @Test
    void whatIsThereIsMovedDeletedAndBroughtBack() throws Exception {
        String unused = done("put", local("note", "note".getBytes(UTF_8)).toString(), "/");
        String folder = done("mkdir", "/Archive");
        String moved = done("mv", "/note", "/Archive");
        String renamed = done("mv", "/Archive/note", "/Archive/Note");
        String list = done("ls", "/archive", "-l");
        String id = listed("/Archive/Note").path("fileId").asText();
        String deleted = done("rm", "/Archive/Note");
        String empty = done("ls", "/Archive");
        String back = done("restore", id);

        assertThat(folder).contains("/Archive");
        assertThat(moved).contains("note");
        assertThat(renamed).contains("Note");
        assertThat(list).contains("4 B", "v1", "Note");
        assertThat(deleted).contains("until 20", "./millrace files restore " + id);
        assertThat(empty).isEmpty();
        assertThat(back).contains("Note is back");
        assertThat(done("ls", "/Archive")).isEqualTo("Note\n");
        assertThat(done("usage")).contains("4 B  newest versions").doesNotContain("less than both");
        unused = hashing.count(alice.id(), 3, 2);
        await().untilAsserted(() -> assertThat(done("usage")).contains("2 B  less than both"));
    }

    @Test
    void whatIsDeletedGoesForGoodWhenOneSaysSo() throws Exception {
        Path note = local("note", "note".getBytes(UTF_8));
        String first = done("put", note.toString(), "/");
        Files.writeString(note, "second");
        String second = done("put", note.toString(), "/note");
        String version = done("versions", "/note", "--delete", "1");
        Ran newest = files("versions", "/note", "--delete", "2");
        String folder = done("mkdir", "/Old");
        String deleted = done("rm", "/Old");
        String trash = done("trash");
        String emptied = done("trash", "--empty");
        String forever = done("rm", "/note", "--forever");

        assertThat(first + second + folder + deleted).contains("version 2", "Old");
        assertThat(version).contains("version 1 of note is gone for good");
        assertThat(newest.status()).isEqualTo(1);
        assertThat(newest.said()).contains("the newest goes with its file");
        assertThat(trash).contains("until 20", "Old/");
        assertThat(emptied).contains("emptied");
        assertThat(forever).contains("/note is gone for good");
        assertThat(done("trash") + done("ls", "/")).isEmpty();
        await().until(() -> done("usage").contains(" 0 B  newest versions"));
    }

    @Test
    void sharesAndLinksAreGivenListedAndEnded() throws Exception {
        String unused = done("put", local("plan", "plan".getBytes(UTF_8)).toString(), "/plan");

        String share = done("share", "/plan", bob.id(), "--write", "--expires", "7d");
        Process asking = command("share", "/plan", "--link", "--password").start();
        asking.getOutputStream().write("opensesame\n".getBytes(UTF_8));
        asking.getOutputStream().flush();
        Ran link = ended(asking);
        String shares = done("shares");
        String ended = done("unshare", share.substring(0, share.indexOf(' ')));

        assertThat(share).contains("with " + bob.id(), "to read and write", "until ");
        assertThat(link.status()).as(link.said()).isZero();
        assertThat(link.said())
                .contains("link /links/", "with a password", "until ")
                .doesNotContain("opensesame");
        assertThat(shares.lines()).hasSize(2);
        assertThat(ended).contains("Ended");
        assertThat(done("shares").lines()).hasSize(1);
    }

    @Test
    void whatIsWrongIsNamedWithWhatWasExpected() throws Exception {
        String unused = done("put", local("file", "file".getBytes(UTF_8)).toString(), "/");
        String folder = done("mkdir", "/folder");
        Files.createDirectory(here.resolve("other"));
        String other = local("other/FILE", "other".getBytes(UTF_8)).toString();
        Answer all = alice.upload("all of it", "root", (256L << 30) - 4);

        assertAll(
                () -> refuses(1, "/nowhere (expected", "get", "/nowhere/at/all"),
                () -> refuses(1, "/nowhere", "put", "file", "/nowhere/at/all"),
                () -> refuses(1, "/somewhere (expected: a folder", "put", "file", other, "/somewhere"),
                () -> refuses(1, "nothing (expected", "put", "nothing", "/"),
                () -> refuses(1, "file is a file (expected: a folder", "ls", "/file/inside"),
                () -> refuses(1, "folder is a folder (expected: a file", "get", "/folder", "--version", "1"),
                () -> refuses(1, "/folder/..", "ls", "/folder/.."),
                () -> refuses(1, "begins with /", "ls", "folder"),
                () -> refuses(1, "1..128 characters", "share", "/file", "u".repeat(129)),
                () -> refuses(1, "shareId", "unshare", "none"),
                () -> refuses(1, "quota", "put", "file", "/another"),
                () -> refuses(1, "a time to come", "share", "/file", "--link", "--expires", "5000d"),
                () -> refuses(2, "--expires: soon", "share", "/file", "--link", "--expires", "soon"),
                () -> refuses(2, "either a USER or --link", "share", "/file"),
                () -> refuses(2, "--parallel: 0", "put", "file", "/", "--parallel", "0"),
                () -> refuses(2, "LOCAL", "put", "file"),
                () -> refuses(2, "--sample: 0", "verify", "--sample", "0"));
        assertThat(folder).contains("/folder");
        assertThat(statesLeft()).isEmpty();
        alice.did(200, "DELETE", "/uploads/" + all.member("uploadId"), null);
        refuses(1, "has the name of another file that was just put", "put", "file", other, "/folder");
    }

    private void refuses(int status, String said, String... arguments) throws Exception {
        Ran ran = files(arguments);
        assertThat(ran.said()).contains(said).doesNotContain("shouldn't have happened");
        assertThat(ran.status()).as(ran.said()).isEqualTo(status);
    }
}
