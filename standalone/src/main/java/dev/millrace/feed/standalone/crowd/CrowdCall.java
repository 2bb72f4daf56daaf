package dev.millrace.feed.standalone.crowd;

import dev.millrace.standalone.trial.CallKind;

/** Kinds of calls of a crowd. */
enum CrowdCall implements CallKind {
    POST("posts", false),
    EDIT("edits", false),
    DELETE("deletions", false),
    FOLLOW("follows", false),
    UNFOLLOW("unfollows", false),
    BLOCK("blocks", false),
    MUTE("mutes", false),
    FEED("feed pages", true),
    OLDER("older pages", true),
    ARRIVALS("arrivals", true),
    POSTS_OF_ONE("posts of one", true),
    FOLLOWERS("followers", true),
    FOLLOWING("following", true),
    PROFILE("profiles", true);

    private final String words;
    private final boolean read;

    CrowdCall(String words, boolean read) {
        this.words = words;
        this.read = read;
    }

    @Override
    public String words() {
        return words;
    }

    @Override
    public boolean isRead() {
        return read;
    }
}
