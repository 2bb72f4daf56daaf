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

    @Option(names = "--device", description = "As one of the user's devices, by its id.")
    private @Nullable String device;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        LocalIssuer issuer = LocalIssuer.in(Terminal.data(), Clock.systemUTC());
        String device = this.device;
        Objects.requireNonNull(spec)
                .commandLine()
                .getOut()
                .println(device == null ? issuer.token(user, admin) : issuer.deviceToken(user, device));
        return 0;
    }
}
