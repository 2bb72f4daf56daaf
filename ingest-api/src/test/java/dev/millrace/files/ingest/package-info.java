@NullMarked
package dev.millrace.files.ingest;

import org.jspecify.annotations.NullMarked;
