/** Reads of files, folders, shares, devices and changes, as their owners know them. */
@NullMarked
package dev.millrace.files.serving;

import org.jspecify.annotations.NullMarked;
