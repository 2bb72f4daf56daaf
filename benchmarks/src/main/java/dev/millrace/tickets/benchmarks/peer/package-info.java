/**
 * The service a senior engineer would write instead of Millrace: the same HTTP front over PostgreSQL, one round trip
 * for each call. It is measured beside Millrace.
 */
@NullMarked
package dev.millrace.tickets.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
