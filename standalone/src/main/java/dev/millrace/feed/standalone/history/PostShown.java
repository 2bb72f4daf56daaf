package dev.millrace.feed.standalone.history;

import org.jspecify.annotations.Nullable;

/** A post as somebody was shown it. */
public record PostShown(
        String postId,
        String authorId,
        String content,
        String createdAt,
        @Nullable String updatedAt) {}
