package dev.millrace.standalone;

import java.time.Duration;
import java.util.function.Consumer;

/** Hears how a start goes, and what happens to the children afterwards. Called from several threads. */
public interface Progress {
    void starting(String name, String address);

    void ready(String name, String address, Duration took);

    /** A child ended that shouldn't have; it is started again after the pause. */
    void died(String name, String why, Duration pause);

    void stopping(String name);

    /** One step that isn't a child's. */
    void step(String what);

    /** Hears nothing. */
    Progress SILENT = ofSteps(step -> {});

    /** Hears of steps only. */
    static Progress ofSteps(Consumer<String> steps) {
        return new Progress() {
            @Override
            public void starting(String name, String address) {}

            @Override
            public void ready(String name, String address, Duration took) {}

            @Override
            public void died(String name, String why, Duration pause) {}

            @Override
            public void stopping(String name) {}

            @Override
            public void step(String what) {
                steps.accept(what);
            }
        };
    }
}
