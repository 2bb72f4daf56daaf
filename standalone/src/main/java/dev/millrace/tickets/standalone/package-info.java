/** What a fresh Millrace has on sale: invented venues, performers and events, as bodies of the admin calls. */
@NullMarked
package dev.millrace.tickets.standalone;

import org.jspecify.annotations.NullMarked;
