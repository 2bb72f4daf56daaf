package dev.millrace.standalone.trial;

import dev.millrace.standalone.ChildStatus;
import dev.millrace.standalone.LocalIssuer;
import java.util.List;
import java.util.function.Supplier;

/**
 * The running system that a trial is played on.
 *
 * @param port where people come in, on this machine
 * @param bootstrap host:port of the broker
 * @param children what runs now
 */
public record TrialSystem(int port, LocalIssuer issuer, String bootstrap, Supplier<List<ChildStatus>> children) {}
