package dev.millrace.standalone.trial;

/** Somebody with a token of their own. */
public record Person(String name, String token) {}
