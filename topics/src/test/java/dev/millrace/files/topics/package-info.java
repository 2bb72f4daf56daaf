@NullMarked
package dev.millrace.files.topics;

import org.jspecify.annotations.NullMarked;
