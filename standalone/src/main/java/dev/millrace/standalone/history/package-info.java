/**
 * What every check of a history has: the logs as they are on the broker, calls as they went, and what doesn't fit. It
 * shares no code with the system it checks.
 */
@NullMarked
package dev.millrace.standalone.history;

import org.jspecify.annotations.NullMarked;
