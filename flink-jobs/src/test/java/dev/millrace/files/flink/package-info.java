@NullMarked
package dev.millrace.files.flink;

import org.jspecify.annotations.NullMarked;
