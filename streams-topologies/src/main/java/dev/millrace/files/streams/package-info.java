/** The topology of namespaces, what it keeps, and the answers to questions about it. */
@NullMarked
package dev.millrace.files.streams;

import org.jspecify.annotations.NullMarked;
