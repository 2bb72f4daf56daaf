/** Files made from the contract and kept under version control, so that a change of the contract shows in review. */
@NullMarked
package dev.millrace.topics.golden;

import org.jspecify.annotations.NullMarked;
