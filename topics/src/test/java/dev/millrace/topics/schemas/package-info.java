/** What holds for every message of the contract: it comes back from the wire, and yesterday's bytes stay readable. */
@NullMarked
package dev.millrace.topics.schemas;

import org.jspecify.annotations.NullMarked;
