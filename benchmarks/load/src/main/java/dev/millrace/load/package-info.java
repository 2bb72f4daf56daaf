/** Load over HTTP on a running system: calls begun on time whatever happened to earlier ones, and what became of them. */
@NullMarked
package dev.millrace.load;

import org.jspecify.annotations.NullMarked;
