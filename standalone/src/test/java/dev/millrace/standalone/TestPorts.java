package dev.millrace.standalone;

import java.util.Random;

/** Ports for a system under test: below the range that connections draw theirs from. */
final class TestPorts {
    private static final Random RANDOM = new Random();

    private TestPorts() {}

    static Ports free(int streamsInstances, int frontInstances) {
        while (true) {
            Ports ports =
                    new Ports(12_000 + 30 * RANDOM.nextInt(600), streamsInstances, frontInstances, frontInstances);
            if (ports.all().values().stream().allMatch(FreePorts::canBind)) {
                return ports;
            }
        }
    }
}
