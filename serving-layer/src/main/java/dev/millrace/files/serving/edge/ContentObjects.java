package dev.millrace.files.serving.edge;

/** Objects of the bucket, by their keys. Reading blocks. */
interface ContentObjects {
    /** @throws ContentMissing if there is no such object */
    byte[] read(String key);

    /**
     * @throws ContentMissing if there is no such object
     * @throws ContentDamaged if it ends before the range does
     */
    byte[] read(String key, long from, int bytes);
}
