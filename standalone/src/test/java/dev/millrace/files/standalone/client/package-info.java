@NullMarked
package dev.millrace.files.standalone.client;

import org.jspecify.annotations.NullMarked;
