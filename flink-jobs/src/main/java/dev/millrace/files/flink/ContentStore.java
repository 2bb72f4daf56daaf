package dev.millrace.files.flink;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.content.StoredObjects;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;

/** The bucket, as the jobs see it. Everything blocks, and can be done again after an IOException. */
public interface ContentStore extends StoredObjects, AutoCloseable {
    /** @param bytes how many, at least 1 and no more than there are */
    InputStream readUpload(FileId upload, long from, long bytes) throws IOException;

    /** A range of an object, fewer bytes if it ends before. */
    byte[] read(String key, long from, int bytes) throws IOException;

    /**
     * All of an object, which isn't larger than a pack.
     *
     * @throws FileNotFoundException if there is none
     */
    default byte[] read(String key) throws IOException {
        return find(key).orElseThrow(() -> new FileNotFoundException(key));
    }

    void write(String key, byte[] bytes) throws IOException;

    /** Nothing happens if there is none. */
    void delete(String key) throws IOException;

    @Override
    void close();

    /** How a task gets to it, on whatever machine it runs. */
    interface Access extends Serializable {
        ContentStore open();
    }
}
