/** The role edge: contents of files, to whoever comes with a signed URL and still may read them. */
@NullMarked
package dev.millrace.files.serving.edge;

import org.jspecify.annotations.NullMarked;
