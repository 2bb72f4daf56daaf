package dev.millrace.standalone.cli;

import dev.millrace.files.standalone.client.Downloads;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Gets files and folders. */
@Command(
        name = "get",
        description = {
            "Get a file, or a folder with all that is in it. It is checked before it has its name: until then it is in"
                    + " a hidden file beside it, where the same command goes on.",
            "A file that is here and is something else stays, unless --force is given."
        })
final class FilesGet implements Callable<Integer> {
    @ParentCommand
    private @Nullable FilesCommand files;

    @Parameters(index = "0", paramLabel = "PATH")
    private String path = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "LOCAL",
            description = "A folder to put it into, or its name here. Default: this folder",
            defaultValue = ".")
    private Path local = Path.of(".");

    @Option(names = "--version", paramLabel = "N", description = "An older version of a file. Default: the newest")
    private @Nullable Long version;

    @Option(names = "--force", description = "Overwrite what is here.")
    private boolean force;

    @Override
    public Integer call() {
        FilesCommand parent = Objects.requireNonNull(files);
        if (version != null && version < 1) {
            throw parent.wrong("--version: " + version + " (expected: at least 1)");
        }
        PrintWriter out = parent.out();
        new Downloads(parent.api(), parent.bars(), force, (file, bytes, written) -> {
                    out.println(file + "  " + Sizes.text(bytes) + (written ? "" : ", was the same already"));
                    out.flush();
                })
                .get(path, version == null ? 0 : version, local);
        return 0;
    }
}
