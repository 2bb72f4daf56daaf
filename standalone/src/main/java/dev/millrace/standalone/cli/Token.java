package dev.millrace.standalone.cli;

import dev.millrace.standalone.LocalIssuer;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a token and nothing else. */
@Command(name = "token", description = "Print a bearer token for a user, good for 12 hours.")
final class Token implements Callable<Integer> {
    @Parameters(paramLabel = "USER")
    private String user = "";

    @Option(names = "--admin", description = "With the admin role.")
    private boolean admin;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Objects.requireNonNull(spec)
                .commandLine()
                .getOut()
                .println(LocalIssuer.in(Terminal.data(), Clock.systemUTC()).token(user, admin));
        return 0;
    }
}
