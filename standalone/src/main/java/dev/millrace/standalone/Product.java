package dev.millrace.standalone;

/** A product that can be started alone; the constants' names are what one types. */
public enum Product {
    tickets,
    feed,
    files
}
