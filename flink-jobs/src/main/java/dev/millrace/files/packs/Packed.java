package dev.millrace.files.packs;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChunkPlace;

/**
 * A chunk, and where it lies.
 *
 * @param pack SHA-256 of the pack
 * @param place in it; the pack's number means nothing
 */
public record Packed(ByteString pack, ChunkPlace place) {}
