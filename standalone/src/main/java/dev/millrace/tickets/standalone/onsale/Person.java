package dev.millrace.tickets.standalone.onsale;

/** Somebody with a token of their own. */
record Person(String name, String token) {}
