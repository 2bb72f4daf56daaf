package dev.millrace.files.serving.edge;

/** There is no such object. Of a pack that may be because it was written anew. */
final class ContentMissing extends ContentDamaged {
    ContentMissing(String key) {
        super(key + ": it isn't there");
    }

    ContentMissing(String key, Throwable cause) {
        super(key + ": it isn't there", cause);
    }
}
