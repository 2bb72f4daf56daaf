/**
 * HTTP in, one record out, the decision back. Here is what every product's commands share: their ids, the way onto the
 * log, the wait for the outcome, sessions and rate limits. Nothing here decides and nothing here knows a product.
 */
@NullMarked
package dev.millrace.ingest;

import org.jspecify.annotations.NullMarked;
