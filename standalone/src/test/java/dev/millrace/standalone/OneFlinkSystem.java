package dev.millrace.standalone;

import java.util.Set;

/**
 * The system is of files alone, with the jobs on Flink. Its tests have the tag flink-system: they run in a process of
 * their own, where no other system is.
 */
public final class OneFlinkSystem extends OneSystem {
    @Override
    TestSystem start() {
        return TestSystem.start(
                1,
                1,
                options -> options.withProducts(Set.of(Product.files))
                        .withFlink(true)
                        .withDemo(false));
    }
}
