/** What every Flink job needs and no product owns: sources, sinks and serializers over the contract in topics. */
@NullMarked
package dev.millrace.flink;

import org.jspecify.annotations.NullMarked;
