/**
 * Millrace on one machine: real servers and every role as child processes, a gateway in front of them, and what a
 * first start makes (ports, keys, topics, settings). No role's classes are here; they have class paths of their own.
 */
@NullMarked
package dev.millrace.standalone;

import org.jspecify.annotations.NullMarked;
