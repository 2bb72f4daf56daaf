/** Reads of files, folders, shares, devices and changes, as their owners know them, and of who downloaded what. */
@NullMarked
package dev.millrace.files.serving;

import org.jspecify.annotations.NullMarked;
