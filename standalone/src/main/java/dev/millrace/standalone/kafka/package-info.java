/** Runs inside the broker's process: nothing here may use more than the JDK, and Kafka by name. */
@NullMarked
package dev.millrace.standalone.kafka;

import org.jspecify.annotations.NullMarked;
