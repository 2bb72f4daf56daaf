/** What every trial of a running system has: people who call, what breaks meanwhile, and how long all of it took. */
@NullMarked
package dev.millrace.standalone.trial;

import org.jspecify.annotations.NullMarked;
