package dev.millrace.feed.standalone.crowd;

import dev.millrace.standalone.ChildStatus;
import dev.millrace.standalone.LocalIssuer;
import java.util.List;
import java.util.function.Supplier;

/**
 * The running system that a crowd is let loose on.
 *
 * @param port where people come in, on this machine
 * @param bootstrap host:port of the broker
 * @param children what runs now
 */
public record CrowdSystem(int port, LocalIssuer issuer, String bootstrap, Supplier<List<ChildStatus>> children) {}
