package dev.millrace.standalone;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the bytes of files are: an S3 server that is started here, unless a role is told of another bucket. */
final class ContentStore {
    /** The setting of roles that tells that it is elsewhere. */
    private static final String BUCKET = "s3.bucket";

    private final @Nullable Program program;
    private final Map<String, String> settings;
    private final boolean there;

    private ContentStore(@Nullable Program program, Map<String, String> settings, boolean there) {
        this.program = program;
        this.settings = settings;
        this.there = there;
    }

    /** None, for who starts without files. */
    static ContentStore of(Programs programs, DataFolder data, StandaloneOptions options) throws IOException {
        boolean elsewhere = Stream.of("ingest", "serving", "outbound", "edge", "flink")
                .anyMatch(role -> options.settingsOf(role).containsKey(BUCKET));
        if (elsewhere || !options.products().contains(Product.files)) {
            return new ContentStore(null, Map.of(), elsewhere);
        }
        S3Server s3 = new S3Server(programs, data, options.ports(), options.makesArchives());
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("s3.endpoint", "http://" + s3.address());
        settings.put("s3.region", S3Server.REGION);
        settings.put(BUCKET, S3Server.BUCKET);
        settings.put("s3.access-key", s3.accessKey());
        settings.put("s3.secret-key", s3.secretKey());
        return new ContentStore(s3.program(), settings, true);
    }

    /** Whether there is one at all. */
    boolean isThere() {
        return there;
    }

    /** The server, if it is started here. */
    List<Program> programs() {
        return Optional.ofNullable(program).stream().toList();
    }

    /** Where the roles find it. */
    Map<String, String> settings() {
        return settings;
    }
}
