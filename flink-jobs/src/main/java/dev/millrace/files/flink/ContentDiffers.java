package dev.millrace.files.flink;

import java.io.IOException;

/** A chunk of an upload isn't what it was declared to be. Reading it again doesn't help. */
public final class ContentDiffers extends IOException {
    private static final long serialVersionUID = 1;

    ContentDiffers(String message, Throwable cause) {
        super(message, cause);
    }
}
