package dev.millrace.tickets.serving;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A JSON answer, written once; compressed once, if anybody takes it so. */
final class Written {
    /** Below this, compressing costs more than it saves. */
    private static final int COMPRESSED_BYTES_MIN = 1_024;

    private final byte[] json;
    private final String tag;
    private byte @Nullable [] gzip;

    /** @param tag names these very bytes among all answers of the same address */
    Written(byte[] json, String tag) {
        this.json = json;
        this.tag = tag;
    }

    boolean compresses() {
        return json.length >= COMPRESSED_BYTES_MIN;
    }

    /** Strong tag of the plain or the compressed bytes: they are different bytes. */
    String etag(boolean compressed) {
        return '"' + tag + (compressed ? "z\"" : "\"");
    }

    Buffer plain() {
        return Buffer.buffer(json);
    }

    synchronized Buffer compressed() {
        byte[] bytes = gzip;
        if (bytes == null) {
            bytes = compress();
            gzip = bytes;
        }
        return Buffer.buffer(bytes);
    }

    private byte[] compress() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length / 8 + 64);
        try (GZIPOutputStream zip = new FastGzip(out)) {
            zip.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Seat maps change many times a second: the quickest level. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out, 8192);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
