@NullMarked
package dev.millrace.files.chunks;

import org.jspecify.annotations.NullMarked;
