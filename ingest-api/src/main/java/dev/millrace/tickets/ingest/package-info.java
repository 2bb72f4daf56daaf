/** Commands of tickets over HTTP: what a request must look like, which command it becomes, how an outcome is told. */
@NullMarked
package dev.millrace.tickets.ingest;

import org.jspecify.annotations.NullMarked;
