@NullMarked
package dev.millrace.files.benchmarks;

import org.jspecify.annotations.NullMarked;
