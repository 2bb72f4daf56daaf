package dev.millrace.files.standalone.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** So many bytes of a file from a place in it on. A file that ends before them is a failure. */
final class FileRegion extends InputStream {
    private final FileChannel file;
    private final LongConsumer read;
    private long position;
    private long left;

    /** @param read is told of what was read */
    FileRegion(Path path, long from, long bytes, LongConsumer read) throws IOException {
        this.file = FileChannel.open(path, StandardOpenOption.READ);
        this.read = read;
        this.position = from;
        this.left = bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int bytesMax) throws IOException {
        if (left == 0) {
            return -1;
        }
        int n = file.read(ByteBuffer.wrap(into, offset, (int) Math.min(bytesMax, left)), position);
        if (n < 0) {
            throw new EOFException("the file ends " + left + " bytes too early");
        }
        position += n;
        left -= n;
        read.accept(n);
        return n;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
