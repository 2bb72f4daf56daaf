/** The contract over HTTP that every role speaks: settings, server, identity, problems, state queries. */
@NullMarked
package dev.millrace.topics.http;

import org.jspecify.annotations.NullMarked;
