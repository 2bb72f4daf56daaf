/** Where a file's content is cut into chunks, and what a chunk is called. Bytes in, chunks out: no Flink, no storage. */
@NullMarked
package dev.millrace.files.chunks;

import org.jspecify.annotations.NullMarked;
