@NullMarked
package dev.millrace.files.streams;

import org.jspecify.annotations.NullMarked;
