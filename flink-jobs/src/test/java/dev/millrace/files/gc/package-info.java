@NullMarked
package dev.millrace.files.gc;

import org.jspecify.annotations.NullMarked;
