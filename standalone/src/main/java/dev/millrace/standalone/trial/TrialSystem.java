package dev.millrace.standalone.trial;

import dev.millrace.standalone.ChildStatus;
import dev.millrace.standalone.LocalIssuer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The running system that a trial is played on.
 *
 * @param port where people come in, on this machine
 * @param bootstrap host:port of the broker
 * @param children what runs now
 * @param settings what a role, or the jobs on Flink ("flink"), were told when they were started
 */
public record TrialSystem(
        int port,
        LocalIssuer issuer,
        String bootstrap,
        Supplier<List<ChildStatus>> children,
        Function<String, Map<String, String>> settings) {}
