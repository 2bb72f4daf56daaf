@NullMarked
package dev.millrace.files.rules;

import org.jspecify.annotations.NullMarked;
