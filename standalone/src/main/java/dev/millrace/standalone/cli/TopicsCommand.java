package dev.millrace.standalone.cli;

import dev.millrace.standalone.Topics;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Compares the catalogue's topics with the broker's. */
@Command(
        name = "topics",
        synopsisSubcommandLabel = "(plan | apply)",
        description = "Compare the topics with the catalogue, or make them agree.")
final class TopicsCommand {
    @Spec
    private @Nullable CommandSpec spec;

    @Command(name = "plan", description = "Say what apply would do.")
    int plan() {
        print(Topics.plan(RunningSystem.require().ports().bootstrap()).text());
        return 0;
    }

    @Command(name = "apply", description = "Make the topics as the catalogue has them; never shrinks or deletes.")
    int apply() {
        print(Topics.apply(RunningSystem.require().ports().bootstrap()).text());
        return 0;
    }

    private void print(String text) {
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        out.print(text);
        out.flush();
    }
}
