package dev.millrace.files.standalone.devices;

import dev.millrace.standalone.trial.Person;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Somebody with devices, and what these believe there is: enough to choose what happens next, not to judge it. For many
 * threads.
 *
 * @param devices each with a token of its own
 * @param received what others have shared
 * @param deleted ids of what was deleted
 * @param shares ids of those that were given
 */
record Account(
        String name,
        List<Person> devices,
        List<Known> files,
        List<Known> folders,
        List<Known> received,
        List<String> deleted,
        List<String> shares) {
    /** What is made lately is used most, so that devices get into each other's way. */
    private static final double RECENT = 4;

    /** A file or folder, and the newest version that any device has heard of. */
    record Known(String id, AtomicLong version) {
        static Known of(String id) {
            return new Known(id, new AtomicLong());
        }

        Known heard(long number) {
            version.accumulateAndGet(number, Math::max);
            return this;
        }
    }

    static Account of(String name, List<Person> devices) {
        return new Account(
                name,
                List.copyOf(devices),
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>());
    }

    /** One of these, the newer the likelier; null if there is none. */
    static <T> @Nullable T recent(List<T> all, Random random) {
        List<T> now = List.copyOf(all);
        int back = (int) Math.min(now.size() - 1.0, -Math.log(1 - random.nextDouble()) * RECENT);
        return now.isEmpty() ? null : now.get(now.size() - 1 - back);
    }
}
