package dev.millrace.standalone;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How one child is started, known and stopped.
 *
 * @param name what people call it, and its log file
 * @param address where it answers, for people
 * @param log file that takes its stdout and stderr
 * @param stopSignal name of the signal that ends it cleanly, without SIG
 * @param stopWithin after this it is killed
 */
record Program(
        String name,
        String address,
        List<String> command,
        Path log,
        Probe probe,
        String stopSignal,
        Duration stopWithin,
        BeforeStop beforeStop) {

    /** What is done with a child that nobody uses any more, before it is told to end. */
    interface BeforeStop {
        void ending(ProcessHandle child) throws InterruptedException;
    }

    /** Asks whether the child is ready and is ours. An answering port alone proves neither. */
    interface Probe {
        /**
         * @return empty once it's ready, else why not yet
         * @throws StartFailure if it is somebody else who answers
         */
        Optional<String> notYet(ProcessHandle child) throws Exception;
    }
}
