/** The calls that change files: each one record to the owner of a namespace, and its decision back. */
@NullMarked
package dev.millrace.files.ingest;

import org.jspecify.annotations.NullMarked;
