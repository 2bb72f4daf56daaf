package dev.millrace.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.files.standalone.client.FileCommands;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Shares with people and by link. */
@Command(name = "share", description = "Share a file or folder with somebody, or by a link.")
final class FilesShare implements Callable<Integer> {
    private static final Pattern TIME = Pattern.compile("(\\d{1,4})([mhd])");

    @ParentCommand
    private @Nullable FilesCommand files;

    @Parameters(index = "0", paramLabel = "PATH")
    private String path = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "USER", description = "With whom, unless --link is given.")
    private @Nullable String user;

    @Option(names = "--write", description = "They may change it, too.")
    private boolean write;

    @Option(names = "--link", description = "By a link that whoever has it can open to read.")
    private boolean link;

    @Option(
            names = "--password",
            interactive = true,
            prompt = "Password of the link: ",
            description = "Ask for a password that the link is to need; without a terminal, read it from the input.")
    private char @Nullable [] password;

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description = "For how long: 30m, 12h or 7d. Default: a link 7 days, with somebody until it is ended")
    private @Nullable String expires;

    @Override
    public Integer call() {
        FilesCommand parent = Objects.requireNonNull(files);
        String with = user;
        if (link == (with != null)) {
            throw parent.wrong("share " + path + " (expected: either a USER or --link)");
        }
        if (link ? write : password != null) {
            throw parent.wrong("--write is for a USER, --password for a --link");
        }
        Duration lasts = expires == null ? null : time(parent, expires);
        FileCommands commands = parent.commands();
        JsonNode share = with == null ? commands.link(path, password, lasts) : commands.share(path, with, write, lasts);
        PrintWriter out = parent.list();
        out.println(line(share));
        out.flush();
        return 0;
    }

    private static Duration time(FilesCommand parent, String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches() || text.startsWith("0")) {
            throw parent.wrong("--expires: " + text + " (expected: as in 30m, 12h or 7d)");
        }
        long number = Long.parseLong(time.group(1));
        return switch (time.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** What a share is, as one line. */
    static String line(JsonNode share) {
        String name = share.path("name").asText();
        String whose = share.has("ownerId")
                ? "from " + share.path("ownerId").asText()
                : share.has("userId")
                        ? "with " + share.path("userId").asText()
                        : "link " + share.path("shareUrl").asText()
                                + (share.path("hasPassword").asBoolean() ? ", with a password" : "");
        boolean write = share.path("permissions").toString().contains("write");
        return share.path("shareId").asText() + "  " + (name.isEmpty() ? "" : name + "  ") + whose
                + (write ? ", to read and write" : ", to read")
                + (share.has("expiresAt") ? ", until " + share.path("expiresAt").asText() : "");
    }
}
