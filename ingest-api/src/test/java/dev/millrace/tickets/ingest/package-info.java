@NullMarked
package dev.millrace.tickets.ingest;

import org.jspecify.annotations.NullMarked;
