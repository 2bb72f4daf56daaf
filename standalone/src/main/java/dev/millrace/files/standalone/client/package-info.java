/** The client of {@code ./millrace files}: it knows the API and where it sends to, and nothing else of the system. */
@NullMarked
package dev.millrace.files.standalone.client;

import org.jspecify.annotations.NullMarked;
