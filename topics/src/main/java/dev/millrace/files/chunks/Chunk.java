package dev.millrace.files.chunks;

import java.util.HexFormat;

/**
 * A piece of a content, called by what is in it.
 *
 * @param offset of its first byte in the content
 * @param bytes how many it has, at least 1
 * @param sha256 64 hex digits
 */
public record Chunk(long offset, int bytes, String sha256) {
    private static final HexFormat HEX = HexFormat.of();

    static Chunk of(long offset, int bytes, byte[] sha256) {
        return new Chunk(offset, bytes, HEX.formatHex(sha256));
    }
}
