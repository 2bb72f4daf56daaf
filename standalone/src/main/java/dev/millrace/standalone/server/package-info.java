/** Runs inside a server's process: nothing here may use more than the JDK, and the server by name. */
@NullMarked
package dev.millrace.standalone.server;

import org.jspecify.annotations.NullMarked;
