@NullMarked
package dev.millrace.topics.http;

import org.jspecify.annotations.NullMarked;
