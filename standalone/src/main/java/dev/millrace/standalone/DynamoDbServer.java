package dev.millrace.standalone;

import dev.millrace.standalone.server.DynamoDbLocal;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * DynamoDB Local, known by the process id it writes down. Its licence forbids to pass it on, so no build of ours has
 * it: Maven fetches it at the first start that wants it, into a directory of its own.
 */
final class DynamoDbServer {
    private static final String LICENCE =
            "DynamoDB Local is Amazon's, under the Amazon DynamoDB Local License Agreement (LICENSE.txt in its jar):"
                    + " yours to use, not to pass on";

    private static final String MODULE = "standalone/servers/dynamodb";
    private static final int HEAP_MIB = 192;
    private static final Duration FETCH_WITHIN = Duration.ofMinutes(10);

    private final Programs programs;
    private final DataFolder data;
    private final Ports ports;
    private final boolean makesArchives;

    DynamoDbServer(Programs programs, DataFolder data, Ports ports, boolean makesArchives) {
        this.programs = programs;
        this.data = data;
        this.ports = ports;
        this.makesArchives = makesArchives;
    }

    String address() {
        return "127.0.0.1:" + ports.dynamodb();
    }

    /** @throws StartFailure if it isn't here and can't be fetched */
    Program program(Progress progress) throws IOException, InterruptedException {
        fetch(progress);
        Path storage = data.directory("dynamodb");
        Path log4j = data.write("settings/dynamodb-log4j2.xml", LOG4J);
        Path pidFile = storage.resolve("pid");
        Files.deleteIfExists(pidFile);
        Path lib = programs.libOf(MODULE);
        ClassArchive archive = ClassArchive.of(programs, "dynamodb", List.of(lib, Programs.ownJar()), makesArchives);
        List<String> command = new ArrayList<>(Jvm.of(HEAP_MIB));
        command.addAll(archive.flags());
        command.addAll(List.of(
                "-Dsqlite4java.library.path=" + lib,
                "-Dlog4j2.configurationFile=" + log4j,
                "-cp",
                programs.classPathOf(MODULE) + File.pathSeparator + Programs.ownJar(),
                DynamoDbLocal.class.getName(),
                pidFile.toString(),
                "-port",
                Integer.toString(ports.dynamodb()),
                "-sharedDb",
                "-dbPath",
                storage.toString(),
                "-disableTelemetry"));
        return new Program(
                "dynamodb",
                address(),
                Spawner.behind(command),
                data.log("dynamodb"),
                child -> PidFile.notYet(pidFile, child),
                "TERM",
                Duration.ofSeconds(20),
                archive::makeFrom);
    }

    private void fetch(Progress progress) throws IOException, InterruptedException {
        if (Files.isDirectory(programs.root().resolve(MODULE).resolve("target/lib"))) {
            return;
        }
        progress.step("fetching DynamoDB Local. " + LICENCE);
        Path log = data.log("dynamodb");
        Process maven = new ProcessBuilder(
                        programs.root().resolve("mvnw").toString(),
                        "-q",
                        "-f",
                        programs.root().resolve(MODULE).resolve("pom.xml").toString(),
                        "package")
                .directory(programs.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (!maven.waitFor(FETCH_WITHIN.toSeconds(), TimeUnit.SECONDS) || maven.exitValue() != 0) {
            maven.destroyForcibly();
            throw new StartFailure(
                    "dynamodb",
                    "DynamoDB Local can't be fetched; a real DynamoDB does instead: --set outbound.dynamodb.region=… and"
                            + " --set serving.dynamodb.region=…" + LogTail.of(log));
        }
    }

    private static final String LOG4J = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Configuration status="WARN">
              <Appenders>
                <Console name="out" target="SYSTEM_ERR">
                  <PatternLayout pattern="%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5p %c{1} %m%n"/>
                </Console>
              </Appenders>
              <Loggers>
                <Root level="WARN"><AppenderRef ref="out"/></Root>
              </Loggers>
            </Configuration>
            """;
}
