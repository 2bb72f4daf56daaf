package dev.millrace.standalone.cli;

import dev.millrace.files.standalone.client.Put;
import dev.millrace.files.standalone.client.PutOutcome;
import dev.millrace.files.standalone.client.UploadStates;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Puts files and folders. */
@Command(
        name = "put",
        description = {
            "Put files, and folders with all that is in them: into PATH if that is a folder or ends with /, which makes"
                    + " it one, else as PATH. What is there becomes an older version.",
            "Whatever stops this, the same command goes on where it was."
        })
final class FilesPut implements Callable<Integer> {
    private static final int PARALLEL_MAX = 32;

    @ParentCommand
    private @Nullable FilesCommand files;

    @Parameters(
            arity = "2..*",
            paramLabel = "LOCAL... PATH",
            hideParamSyntax = true,
            description = "Files or folders here, then where to.")
    private List<String> arguments = List.of();

    @Option(names = "--parallel", paramLabel = "N", description = "Parts sent at a time. Default: ${DEFAULT-VALUE}")
    private int parallel = 4;

    @Option(names = "--no-wait", description = "Don't wait until the server has verified what it got.")
    private boolean noWait;

    private boolean isAllThere = true;

    @Override
    public Integer call() {
        FilesCommand parent = Objects.requireNonNull(files);
        if (parallel < 1 || parallel > PARALLEL_MAX) {
            throw parent.wrong("--parallel: " + parallel + " (expected: 1.." + PARALLEL_MAX + ")");
        }
        int last = arguments.size() - 1;
        new Put(
                        parent.api(),
                        parent.subject(),
                        UploadStates.ofThisUser(System.getenv()),
                        parent.bars(),
                        parallel,
                        !noWait,
                        this::say)
                .put(arguments.subList(0, last).stream().map(Path::of).toList(), arguments.get(last));
        return isAllThere ? 0 : 1;
    }

    private void say(Path file, String path, PutOutcome outcome) {
        isAllThere &= outcome.isThere();
        String what = switch (outcome.kind()) {
            case COMPLETED -> "version " + outcome.version() + "  " + outcome.fileId();
            case UNCHANGED -> "was the same already, version " + outcome.version() + "  " + outcome.fileId();
            case SENT -> "all sent  " + outcome.fileId();
            case CONFLICT ->
                "was changed by somebody else meanwhile; yours is kept beside it as \"" + outcome.more() + "\"  "
                        + outcome.fileId();
            case REJECTED -> "isn't kept, as it arrived as something else than it is: " + outcome.more();
        };
        FilesCommand parent = Objects.requireNonNull(files);
        PrintWriter out = outcome.isThere() ? parent.out() : parent.list();
        out.println(path + "  " + what);
        out.flush();
    }
}
