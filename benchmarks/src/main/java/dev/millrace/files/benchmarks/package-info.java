/** Measurements of the files product. */
@NullMarked
package dev.millrace.files.benchmarks;

import org.jspecify.annotations.NullMarked;
