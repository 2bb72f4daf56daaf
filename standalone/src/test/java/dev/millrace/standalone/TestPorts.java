package dev.millrace.standalone;

import java.util.EnumSet;
import java.util.Random;

/** Ports for a system under test: below the range that connections draw theirs from. */
final class TestPorts {
    private static final Random RANDOM = new Random();

    private TestPorts() {}

    static Ports free(int streamsInstances, int frontInstances) {
        while (true) {
            Ports ports =
                    new Ports(12_000 + 40 * RANDOM.nextInt(500), streamsInstances, frontInstances, frontInstances);
            if (ports.neededFor(EnumSet.allOf(Product.class)).values().stream().allMatch(FreePorts::canBind)) {
                return ports;
            }
        }
    }
}
