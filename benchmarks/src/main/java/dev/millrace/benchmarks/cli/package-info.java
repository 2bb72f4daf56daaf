/** The command `benchmarks/run`. */
@NullMarked
package dev.millrace.benchmarks.cli;

import org.jspecify.annotations.NullMarked;
