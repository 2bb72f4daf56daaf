package dev.millrace.standalone.cli;

import dev.millrace.files.standalone.client.Verification;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Reads everything back. */
@Command(
        name = "verify",
        description = "Read every version of every file back and check its SHA-256; say what can't be read.")
final class FilesVerify implements Callable<Integer> {
    @ParentCommand
    private @Nullable FilesCommand files;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATH",
            description = "Only what is here. Default: ${DEFAULT-VALUE}",
            defaultValue = "/")
    private String path = "/";

    @Option(names = "--sample", paramLabel = "N", description = "Only so many versions, drawn by chance.")
    private @Nullable Integer sample;

    @Override
    public Integer call() {
        FilesCommand parent = Objects.requireNonNull(files);
        if (sample != null && sample < 1) {
            throw parent.wrong("--sample: " + sample + " (expected: at least 1)");
        }
        Verification verification = new Verification(parent.api(), parent.bars());
        List<Verification.Found> versions =
                verification.versions(path, sample == null ? 0 : sample, new SecureRandom());
        List<Verification.Unreadable> unreadable = verification.check(versions);
        PrintWriter out = parent.list();
        unreadable.forEach(one -> out.println(
                one.version().path() + " version " + one.version().version() + " can't be read: " + one.why()));
        long bytes = versions.stream().mapToLong(Verification.Found::sizeBytes).sum();
        out.println(versions.size() - unreadable.size() + " of " + versions.size() + " versions (" + Sizes.text(bytes)
                + ") are what they should be.");
        out.flush();
        return unreadable.isEmpty() ? 0 : 1;
    }
}
