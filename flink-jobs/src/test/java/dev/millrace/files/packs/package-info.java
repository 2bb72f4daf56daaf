@NullMarked
package dev.millrace.files.packs;

import org.jspecify.annotations.NullMarked;
