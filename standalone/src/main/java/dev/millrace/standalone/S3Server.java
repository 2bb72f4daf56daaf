package dev.millrace.standalone;

import dev.millrace.standalone.server.S3Store;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * S3Proxy over files in the data folder, known by the process id it writes down. It takes requests that are signed with
 * this folder's own keys, and no others.
 */
final class S3Server {
    static final String REGION = "us-east-1";
    static final String BUCKET = "millrace-files";

    private static final String MODULE = "standalone/servers/s3";
    private static final String ACCESS_KEY_FILE = "s3/access-key";
    private static final String SECRET_KEY_FILE = "s3/secret-key";
    /** A part that is sent with its hash signed is held until it is known to be right. */
    private static final int HEAP_MIB = 256;

    private final Programs programs;
    private final DataFolder data;
    private final Ports ports;
    private final boolean makesArchives;

    S3Server(Programs programs, DataFolder data, Ports ports, boolean makesArchives) {
        this.programs = programs;
        this.data = data;
        this.ports = ports;
        this.makesArchives = makesArchives;
    }

    String address() {
        return "127.0.0.1:" + ports.s3();
    }

    /** Drawn at the first start, as is the secret one. */
    String accessKey() {
        return data.secret(ACCESS_KEY_FILE);
    }

    String secretKey() {
        return data.secret(SECRET_KEY_FILE);
    }

    Program program() throws IOException {
        Path objects = data.directory("s3/objects");
        // To S3Proxy a directory is a bucket: so there is one before the first request.
        data.directory("s3/objects/" + BUCKET);
        Path settings = data.write("settings/s3.properties", settings(objects));
        Path logback = data.write("settings/s3-logback.xml", LOGBACK);
        Path pidFile = data.directory("s3").resolve("pid");
        Files.deleteIfExists(pidFile);
        ClassArchive archive =
                ClassArchive.of(programs, "s3", List.of(programs.libOf(MODULE), Programs.ownJar()), makesArchives);
        List<String> command = new ArrayList<>(Jvm.of(HEAP_MIB));
        command.addAll(archive.flags());
        command.addAll(List.of(
                "-Dlogback.configurationFile=" + logback,
                "-cp",
                programs.classPathOf(MODULE) + File.pathSeparator + Programs.ownJar(),
                S3Store.class.getName(),
                pidFile.toString(),
                settings.toString()));
        return new Program(
                "s3",
                address(),
                Spawner.apart(command),
                data.log("s3"),
                child -> PidFile.notYet(pidFile, child),
                "TERM",
                Duration.ofSeconds(20),
                archive::makeFrom);
    }

    private String settings(Path objects) {
        // The page sends and fetches from the gateway's origin, and must see what a part was stored as.
        String pages = "http://127.0.0.1:" + ports.gateway() + " http://localhost:" + ports.gateway();
        return """
                s3proxy.endpoint=http://%s
                s3proxy.authorization=aws-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                s3proxy.cors-allow-origins=%s
                s3proxy.cors-allow-methods=GET HEAD PUT
                s3proxy.cors-allow-headers=*
                s3proxy.cors-exposed-headers=ETag
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(address(), accessKey(), secretKey(), pages, objects);
    }

    private static final String LOGBACK = """
            <?xml version="1.0" encoding="UTF-8"?>
            <configuration>
              <appender name="err" class="ch.qos.logback.core.ConsoleAppender">
                <target>System.err</target>
                <encoder><pattern>%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5level %logger{0} %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="err"/></root>
            </configuration>
            """;
}
