package dev.millrace.files.serving.edge;

/** Objects of the bucket, by their keys. Reading blocks. */
interface ContentObjects {
    /** @throws ContentDamaged if there is no such object */
    byte[] read(String key);

    /** @throws ContentDamaged if there is no such object, or it ends before the range does */
    byte[] read(String key, long from, int bytes);
}
