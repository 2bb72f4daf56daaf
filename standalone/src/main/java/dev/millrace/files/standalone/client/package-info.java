/** The client of {@code ./millrace files}: it knows the API, where it sends to and where files are cut. */
@NullMarked
package dev.millrace.files.standalone.client;

import org.jspecify.annotations.NullMarked;
