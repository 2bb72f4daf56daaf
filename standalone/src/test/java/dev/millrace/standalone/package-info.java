/** The whole of Millrace under test: the real servers and roles, started by the real launcher. */
@NullMarked
package dev.millrace.standalone;

import org.jspecify.annotations.NullMarked;
