/** The checker of files, checked: everything right is clean, and each kind of contradiction is found. */
@NullMarked
package dev.millrace.files.standalone.history;

import org.jspecify.annotations.NullMarked;
