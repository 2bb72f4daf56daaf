/** What every measurement needs: the system it measures, load at a fixed rate, and a record of the run. */
@NullMarked
package dev.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
