/** The topologies of tickets: seat claims and the catalogue, their state, and what may be asked about it. */
@NullMarked
package dev.millrace.tickets.streams;

import org.jspecify.annotations.NullMarked;
