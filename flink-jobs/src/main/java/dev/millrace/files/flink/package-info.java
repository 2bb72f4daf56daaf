/** Flink's work for files: what was uploaded is verified, cut up and packed. */
@NullMarked
package dev.millrace.files.flink;

import org.jspecify.annotations.NullMarked;
