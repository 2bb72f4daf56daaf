/** The streams role: runs the products' topologies, and answers questions about their state over HTTP. */
@NullMarked
package dev.millrace.streams;

import org.jspecify.annotations.NullMarked;
