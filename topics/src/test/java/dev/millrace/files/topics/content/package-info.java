/** Tests of the bucket's calls that need no bucket. */
@NullMarked
package dev.millrace.files.topics.content;

import org.jspecify.annotations.NullMarked;
