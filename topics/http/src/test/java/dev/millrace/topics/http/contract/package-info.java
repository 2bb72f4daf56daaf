/** Holds servers to the OpenAPI contract, in the tests of every module that answers HTTP. */
@NullMarked
package dev.millrace.topics.http.contract;

import org.jspecify.annotations.NullMarked;
