package dev.millrace.standalone.cli;

import dev.millrace.standalone.DataFolder;
import dev.millrace.standalone.MachineCheck;
import dev.millrace.standalone.Ports;
import dev.millrace.standalone.Product;
import dev.millrace.standalone.Programs;
import dev.millrace.standalone.Standalone;
import dev.millrace.standalone.StandaloneOptions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Starts everything and stays until it is told to stop. */
@Command(name = "up", description = "Start the servers and every role; Ctrl-C stops them.")
final class Up implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "PRODUCT",
            description = "Only what this product needs: ${COMPLETION-CANDIDATES}. Default: everything there is.")
    private @Nullable Product product;

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "Where the gateway listens; the others follow it. Default: ${DEFAULT-VALUE}")
    private int port = 8080;

    @Option(
            names = "--streams",
            paramLabel = "N",
            description = "How many streams processes. Default: ${DEFAULT-VALUE}")
    private int streams = 1;

    @Option(
            names = "--ingest",
            paramLabel = "N",
            description = "How many ingest processes, 1 or 2. Default: ${DEFAULT-VALUE}")
    private int ingest = 1;

    @Option(
            names = "--serving",
            paramLabel = "N",
            description = "How many serving processes, 1 or 2. Default: ${DEFAULT-VALUE}")
    private int serving = 1;

    @Option(names = "--no-demo", description = "Put in no demo venue and event.")
    private boolean noDemo;

    @Option(
            names = "--set",
            paramLabel = "ROLE.SETTING=VALUE",
            description =
                    "A setting of a role or one of its instances, as in --set ingest.rate.user.per.second=50; may be repeated.")
    private Map<String, String> settings = Map.of();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
        DataFolder data = Terminal.data();
        CountDownLatch stopped = new CountDownLatch(1);
        Ports ports = new Ports(port, streams, ingest, serving);
        StandaloneOptions options =
                StandaloneOptions.at(ports).withDemo(!noDemo).withSettings(byRole());
        if (product != null) {
            options = options.withProducts(Set.of(product));
        }
        MachineCheck.require(data, options.products());
        ConsoleProgress progress = new ConsoleProgress(out);
        out.println("Millrace" + (product == null ? "" : " " + product) + ", data in " + data.root());
        Thread starter = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            starter.interrupt();
                            awaitQuietly(stopped);
                        },
                        "stop"));
        try (Standalone running = Standalone.start(Programs.here(), data, options, progress)) {
            Welcome.print(out, running, options.products(), progress.elapsed());
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            progress.stopped();
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    private Map<String, Map<String, String>> byRole() {
        Map<String, Map<String, String>> byRole = new TreeMap<>();
        settings.forEach((name, value) -> {
            int dot = name.indexOf('.');
            if (dot < 1) {
                throw new ParameterException(
                        java.util.Objects.requireNonNull(spec).commandLine(),
                        "--set " + name + " (expected: ROLE.SETTING=VALUE, such as ingest.rate.user.per.second=50)");
            }
            byRole.computeIfAbsent(name.substring(0, dot), role -> new TreeMap<>())
                    .put(name.substring(dot + 1), value);
        });
        return byRole;
    }

    private static void awaitQuietly(CountDownLatch stopped) {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
