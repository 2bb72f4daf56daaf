@NullMarked
package dev.millrace.load;

import org.jspecify.annotations.NullMarked;
