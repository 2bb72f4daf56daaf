/**
 * Devices, namespaces, the hashing job and the bucket together, on one thread: what happens next is decided by a seed.
 * The rules are those that run; what lies between them (a network, a log, Flink) is lists.
 */
@NullMarked
package dev.millrace.files.simulation;

import org.jspecify.annotations.NullMarked;
