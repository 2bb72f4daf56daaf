/** How chunks are stored: many to a pack, and a tree over those of a content. */
@NullMarked
package dev.millrace.files.packs;

import org.jspecify.annotations.NullMarked;
