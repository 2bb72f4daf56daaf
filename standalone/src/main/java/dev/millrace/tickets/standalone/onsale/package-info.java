/** A whole on-sale against a running system: people who want the same seats at once, and everything that may break. */
@NullMarked
package dev.millrace.tickets.standalone.onsale;

import org.jspecify.annotations.NullMarked;
