@NullMarked
package dev.millrace.files.standalone;

import org.jspecify.annotations.NullMarked;
