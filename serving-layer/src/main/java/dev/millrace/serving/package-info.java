/** What leaves the log, for every product: the role's server, pages and sessions, and the frame projectors run in. */
@NullMarked
package dev.millrace.serving;

import org.jspecify.annotations.NullMarked;
