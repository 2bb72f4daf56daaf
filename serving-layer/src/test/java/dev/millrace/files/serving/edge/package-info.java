@NullMarked
package dev.millrace.files.serving.edge;

import org.jspecify.annotations.NullMarked;
