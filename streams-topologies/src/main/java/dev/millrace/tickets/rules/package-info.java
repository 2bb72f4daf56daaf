/**
 * What may happen to the seats of an event, as pure functions of the event's book and a command. Sees no Kafka, no
 * HTTP and no clock.
 */
@NullMarked
package dev.millrace.tickets.rules;

import org.jspecify.annotations.NullMarked;
