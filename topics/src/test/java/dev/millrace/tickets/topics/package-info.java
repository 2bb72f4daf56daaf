@NullMarked
package dev.millrace.tickets.topics;

import org.jspecify.annotations.NullMarked;
