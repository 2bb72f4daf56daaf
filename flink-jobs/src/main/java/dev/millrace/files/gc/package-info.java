/** When what is stored may go: pure rules. State and time are arguments, what follows is the answer. */
@NullMarked
package dev.millrace.files.gc;

import org.jspecify.annotations.NullMarked;
