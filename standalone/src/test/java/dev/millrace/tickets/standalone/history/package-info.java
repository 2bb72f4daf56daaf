@NullMarked
package dev.millrace.tickets.standalone.history;

import org.jspecify.annotations.NullMarked;
