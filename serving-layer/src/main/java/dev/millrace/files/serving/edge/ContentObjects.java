package dev.millrace.files.serving.edge;

import java.io.IOException;
import java.io.InputStream;

/** Objects of the bucket, by their keys. Reading blocks. */
interface ContentObjects {
    /** @throws ContentMissing if there is no such object */
    byte[] read(String key);

    /**
     * Lets a range be read as it comes, once more from its beginning if the answer broke off.
     *
     * @throws ContentMissing if there is no such object
     * @throws ContentDamaged if it ends before the range does
     */
    void read(String key, long from, int bytes, Reading reading);

    /** What becomes of bytes as they come. It may begin several times, with all of them. */
    interface Reading {
        /** @throws ContentDamaged if they aren't what they should be */
        void read(InputStream bytes) throws IOException;
    }
}
