package dev.millrace.files.flink;

import dev.millrace.files.topics.FileId;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.OptionalLong;

/** The bucket, as the jobs see it. Everything blocks, and can be done again after an IOException. */
interface ContentStore extends AutoCloseable {
    /** How many bytes of an upload there are; empty if it isn't there. */
    OptionalLong uploadBytes(FileId upload) throws IOException;

    /** @param bytes how many, at least 1 and no more than there are */
    InputStream readUpload(FileId upload, long from, long bytes) throws IOException;

    /**
     * All of an object, which isn't larger than a pack.
     *
     * @throws FileNotFoundException if there is none
     */
    byte[] read(String key) throws IOException;

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
