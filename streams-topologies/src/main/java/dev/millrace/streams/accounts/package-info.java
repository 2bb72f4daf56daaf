/** Accounts, the same for every product: what a user is called, and whether the account is closed. */
@NullMarked
package dev.millrace.streams.accounts;

import org.jspecify.annotations.NullMarked;
