/**
 * What every product's topologies have in common: how far a partition is decided here and who waits for more, what the
 * state endpoint may ask them, and how answers get to the instance that waits.
 */
@NullMarked
package dev.millrace.streams.owner;

import org.jspecify.annotations.NullMarked;
