/** The bucket that holds files' bytes: what lies where, and the calls that roles make there. */
@NullMarked
package dev.millrace.files.topics.content;

import org.jspecify.annotations.NullMarked;
