@NullMarked
package dev.millrace.tickets.benchmarks;

import org.jspecify.annotations.NullMarked;
