package dev.millrace.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.SignedJWT;
import dev.millrace.files.standalone.client.FileCommands;
import dev.millrace.files.standalone.client.FilesApi;
import dev.millrace.files.standalone.client.Tree;
import dev.millrace.standalone.LocalIssuer;
import java.io.PrintWriter;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Keeps files on a Millrace, over its API alone. */
@Command(
        name = "files",
        description = "Keep files: put and get them, look at them, share them.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "A PATH begins at the user's own root, as in /Letters/2026.txt; the id of a file or folder does as well.",
            "Exit status: 0 done, 1 not done, 2 not understood."
        },
        subcommands = {FilesPut.class, FilesGet.class, FilesList.class, FilesShare.class, FilesVerify.class})
final class FilesCommand {
    private static final String TOKEN = "MILLRACE_TOKEN";

    @Option(
            names = "--url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "Where the API is. Default: what ./millrace up started here")
    private @Nullable URI url;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            scope = ScopeType.INHERIT,
            description = "Who you are. In the environment as " + TOKEN + " others on this machine don't see it.")
    private @Nullable String token;

    @Option(
            names = "--user",
            paramLabel = "USER",
            scope = ScopeType.INHERIT,
            description = "Without a token: whose token is made, as ./millrace token does. Default: ${DEFAULT-VALUE}")
    private String user = "alice";

    @Option(names = "--quiet", scope = ScopeType.INHERIT, description = "Say only what failed.")
    private boolean quiet;

    @Spec
    private @Nullable CommandSpec spec;

    /** Where it says what came of it. */
    PrintWriter out() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        return quiet ? new PrintWriter(java.io.Writer.nullWriter()) : out;
    }

    /** Where it lists what was asked for, quiet or not. */
    PrintWriter list() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    TransferBars bars() {
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        return new TransferBars(err, quiet, Ansi.AUTO.enabled());
    }

    FilesApi api() {
        return new FilesApi(address(), tokens());
    }

    private URI address() {
        URI given = url;
        if (given == null) {
            return URI.create(
                    "http://127.0.0.1:" + RunningSystem.require().ports().gateway());
        }
        if (given.getHost() == null || !("http".equals(given.getScheme()) || "https".equals(given.getScheme()))) {
            throw wrong("--url: " + given + " (expected: as in http://127.0.0.1:8080)");
        }
        return given;
    }

    private Supplier<String> tokens() {
        String given = givenToken();
        if (!given.isEmpty()) {
            return () -> given;
        }
        LocalIssuer issuer = LocalIssuer.in(Terminal.data(), Clock.systemUTC());
        return () -> issuer.token(user, false);
    }

    private String givenToken() {
        return Objects.requireNonNullElseGet(token, () -> System.getenv().getOrDefault(TOKEN, ""));
    }

    /** Who this is; uploads that go on are told apart by it. */
    String subject() {
        String given = givenToken();
        if (given.isEmpty()) {
            return user;
        }
        try {
            return String.valueOf(SignedJWT.parse(given).getJWTClaimsSet().getSubject());
        } catch (ParseException e) {
            throw wrong("--token: not a JWT (expected: as ./millrace token prints it)");
        }
    }

    FileCommands commands() {
        return new FileCommands(api(), Clock.systemUTC());
    }

    ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private int say(String line) {
        PrintWriter out = out();
        out.println(line);
        out.flush();
        return 0;
    }

    @Command(name = "mkdir", description = "Make a folder.")
    int mkdir(@Parameters(paramLabel = "PATH") String path) {
        return say(path + "  " + commands().folder(path).path("fileId").asText());
    }

    @Command(name = "mv", description = "Rename or move a file or folder: into TO if that is a folder.")
    int mv(@Parameters(paramLabel = "FROM") String from, @Parameters(paramLabel = "TO") String to) {
        return say(from + " is " + commands().move(from, to).path("name").asText() + " now");
    }

    @Command(
            name = "rm",
            description = "Delete a file, or a folder with all that is in it. For a time it can be restored.")
    int rm(
            @Parameters(paramLabel = "PATH") String path,
            @Option(names = "--forever", description = "Nothing of it can be restored; also of what is in the bin.")
                    boolean forever) {
        FileCommands commands = commands();
        JsonNode deleted = commands.delete(path);
        String id = deleted.path("fileId").asText();
        if (forever) {
            JsonNode unused = commands.purge(id);
            return say(path + " is gone for good; its room is free in a moment");
        }
        return say(path + " is deleted; until " + deleted.path("keptUntil").asText()
                + " it can be brought back: ./millrace files restore " + id);
    }

    @Command(
            name = "restore",
            description = "Bring back what was deleted, by its id; or with --version an old version as the newest.")
    int restore(
            @Parameters(paramLabel = "PATH") String path,
            @Option(
                            names = "--version",
                            paramLabel = "N",
                            description = "The version to bring back.",
                            defaultValue = "0")
                    long version,
            @Option(
                            names = "--to",
                            paramLabel = "FOLDER",
                            description = "Where what was deleted comes back to, if its own folder is gone.")
                    @Nullable String folder) {
        if (version < 0) {
            throw wrong("--version: " + version + " (expected: at least 1)");
        }
        JsonNode restored = commands().restore(path, version, folder);
        String name = restored.path("name").asText();
        return say(
                version == 0
                        ? name + " is back"
                        : name + " is as version " + version + " was, as version "
                                + restored.path("version").asLong());
    }

    @Command(name = "trash", description = "List what is in the bin, what was deleted last first; or empty it.")
    int trash(
            @Option(names = "--empty", description = "All of it goes for good.") boolean empty,
            @Option(names = "--json", description = "As the API has them, one a line.") boolean json) {
        if (empty) {
            JsonNode emptied = commands().emptyTrash();
            boolean was = emptied.path("entries").asLong() == 0;
            return say(was ? "The bin is empty" : "The bin is emptied; its room is free in a moment");
        }
        PrintWriter out = list();
        api().each("/trash", entry -> out.println(json ? entry.toString() : binned(entry)));
        out.flush();
        return 0;
    }

    private static String binned(JsonNode entry) {
        boolean folder = entry.path("kind").asText().equals("folder");
        return String.format(
                "%10s  until %s  %s  %s%s",
                entry.has("version") ? Sizes.text(entry.path("fileSize").asLong()) : "",
                entry.path("keptUntil").asText(),
                entry.path("fileId").asText(),
                entry.path("name").asText(),
                folder ? "/" : "");
    }

    @Command(name = "versions", description = "List a file's versions, newest first; or delete an old one for good.")
    int versions(
            @Parameters(paramLabel = "PATH") String path,
            @Option(
                            names = "--delete",
                            paramLabel = "N",
                            description = "The version that goes for good.",
                            defaultValue = "0")
                    long delete,
            @Option(names = "--json", description = "As the API has them, one a line.") boolean json) {
        if (delete < 0) {
            throw wrong("--delete: " + delete + " (expected: at least 1)");
        }
        if (delete > 0) {
            JsonNode file = commands().purgeVersion(path, delete);
            return say("version " + delete + " of " + file.path("name").asText() + " is gone for good");
        }
        FilesApi api = api();
        String id = new Tree(api).at(path).id();
        PrintWriter out = list();
        api.each("/files/" + id + "/versions", version -> out.println(json ? version.toString() : line(version)));
        out.flush();
        return 0;
    }

    private static String line(JsonNode version) {
        String restored = version.path("restoredVersion").asText();
        return String.format(
                "%6d  %10s  %s  %s  %s%s",
                version.path("version").asLong(),
                Sizes.text(version.path("fileSize").asLong()),
                version.path("createdAt").asText(),
                version.path("contentHash").asText().substring(0, 12),
                version.path("createdBy").asText(),
                restored.isEmpty() ? "" : ", as version " + restored + " was");
    }

    @Command(name = "shares", description = "List what is shared, by you and with you.")
    int shares(@Option(names = "--json", description = "As the API has them, one a line.") boolean json) {
        PrintWriter out = list();
        api().each("/shares", share -> out.println(json ? share.toString() : FilesShare.line(share)));
        out.flush();
        return 0;
    }

    @Command(name = "unshare", description = "End a share or link.")
    int unshare(@Parameters(paramLabel = "SHARE_ID", description = "As shares lists it.") String shareId) {
        JsonNode unused = commands().unshare(shareId);
        return say("Ended.");
    }

    @Command(name = "usage", description = "Say what is taken of the quota.")
    int usage(@Option(names = "--json", description = "As the API has it.") boolean json) {
        JsonNode usage = api().get("/usage");
        PrintWriter out = list();
        if (json) {
            out.println(usage);
        } else {
            out.printf(
                    "%10s  newest versions%n",
                    Sizes.text(usage.path("liveBytes").asLong()));
            out.printf(
                    "%10s  older versions%n",
                    Sizes.text(usage.path("versionBytes").asLong()));
            if (usage.has("dedupSavedBytes")) {
                out.printf(
                        "%10s  less than both, as what versions have in common is kept once%n",
                        Sizes.text(usage.path("dedupSavedBytes").asLong()));
            }
            out.printf(
                    "%10s  reserved for uploads%n",
                    Sizes.text(usage.path("reservedBytes").asLong()));
            out.printf("%10s  quota%n", Sizes.text(usage.path("quotaBytes").asLong()));
        }
        out.flush();
        return 0;
    }
}
