package dev.millrace.standalone;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The system is of files alone, with the jobs on Flink, and what nobody names goes within a minute. Its tests have the
 * tag flink-system: they run in a process of their own, where no other system is.
 */
public final class OneFlinkSystem extends OneSystem {
    @Override
    TestSystem start() {
        return TestSystem.start(
                1,
                1,
                options -> options.withProducts(Set.of(Product.files))
                        .withFlink(true)
                        .withDemo(false)
                        .withSettings(collectingSoon(options.settings())));
    }

    private static Map<String, Map<String, String>> collectingSoon(Map<String, Map<String, String>> settings) {
        Map<String, Map<String, String>> all = new HashMap<>(settings);
        all.put(
                "flink",
                Map.of(
                        "files.gc.epoch.lasts", "5s",
                        "files.gc.epoch.short", "true",
                        "files.gc.packs.kept", "5s"));
        return all;
    }
}
