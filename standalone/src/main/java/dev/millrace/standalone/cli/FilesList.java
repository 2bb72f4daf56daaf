package dev.millrace.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.files.standalone.client.Entry;
import dev.millrace.files.standalone.client.FilesApi;
import dev.millrace.files.standalone.client.Tree;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lists what is in a folder. */
@Command(name = "ls", description = "List what is in a folder, or a file.")
final class FilesList implements Callable<Integer> {
    @ParentCommand
    private @Nullable FilesCommand files;

    @Parameters(arity = "0..1", paramLabel = "PATH", description = "Default: ${DEFAULT-VALUE}", defaultValue = "/")
    private String path = "/";

    @Option(names = "-l", description = "With size, version, when it was changed, and its id.")
    private boolean isLong;

    @Option(names = "--json", description = "As the API has them, one a line.")
    private boolean json;

    @Override
    public Integer call() {
        FilesCommand parent = Objects.requireNonNull(files);
        FilesApi api = parent.api();
        Entry entry = new Tree(api).at(path);
        PrintWriter out = parent.list();
        if (entry.folder()) {
            api.each("/folders/" + entry.id() + "/children", child -> out.println(line(child)));
        } else {
            out.println(line(api.get("/files/" + entry.id())));
        }
        out.flush();
        return 0;
    }

    private String line(JsonNode entry) {
        if (json) {
            return entry.toString();
        }
        boolean folder = entry.path("kind").asText().equals("folder");
        String status = entry.path("status").asText();
        String name = entry.path("name").asText()
                + (folder ? "/" : "")
                + (status.equals("completed") ? "" : "  (" + status + ")");
        if (!isLong) {
            return name;
        }
        boolean hasVersion = entry.has("version");
        return String.format(
                "%10s  %5s  %-24s  %s  %s",
                hasVersion ? Sizes.text(entry.path("fileSize").asLong()) : "",
                hasVersion ? "v" + entry.path("version").asLong() : "",
                entry.path("changedAt").asText(),
                entry.path("fileId").asText(),
                name);
    }
}
