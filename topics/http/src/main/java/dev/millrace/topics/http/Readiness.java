package dev.millrace.topics.http;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/** Whether a process may be sent work: named conditions, each met or not met for a stated reason. */
public final class Readiness {
    private final Map<String, Supplier<Optional<String>>> conditions = new ConcurrentSkipListMap<>();

    /** A condition that its owner switches; not met until it says so. */
    public Condition condition(String name) {
        Condition condition = new Condition();
        conditions.put(name, condition::whyNot);
        return condition;
    }

    /** A condition that is looked at whenever somebody asks; empty means met. */
    public void watch(String name, Supplier<Optional<String>> whyNot) {
        conditions.put(name, whyNot);
    }

    public boolean ready() {
        return conditions.values().stream().allMatch(c -> c.get().isEmpty());
    }

    /** Why each condition is not met, or "ok". */
    Map<String, String> report() {
        Map<String, String> report = new java.util.LinkedHashMap<>();
        conditions.forEach((name, c) -> report.put(name, c.get().orElse("ok")));
        return report;
    }

    /** One condition, switched by its owner. */
    public static final class Condition {
        private volatile Optional<String> whyNot = Optional.of("starting");

        private Condition() {}

        public void ok() {
            whyNot = Optional.empty();
        }

        public void not(String why) {
            whyNot = Optional.of(why);
        }

        public Optional<String> whyNot() {
            return whyNot;
        }
    }
}
