/** What the owner of a namespace decides, as pure functions: no Kafka, no clock. */
@NullMarked
package dev.millrace.files.rules;

import org.jspecify.annotations.NullMarked;
