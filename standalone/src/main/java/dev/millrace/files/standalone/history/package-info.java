/**
 * What really happened to files in a trial, derived again from the namespaces' facts and held against everything that
 * was answered, sent, shown and fetched. Shares nothing with the system but the messages on the wire.
 */
@NullMarked
package dev.millrace.files.standalone.history;

import org.jspecify.annotations.NullMarked;
