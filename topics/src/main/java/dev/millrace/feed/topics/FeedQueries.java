package dev.millrace.feed.topics;

/** Names of the questions that the feed's state endpoint answers; the answer's message is behind each. */
public final class FeedQueries {
    /** PostsView by PostsQuestion, of one partition. Log: posts. */
    public static final String POSTS = "feed.posts";
    /** PostView; of one partition by a post's id, or of an author by "author.command". Log: posts. */
    public static final String POST = "feed.post";
    /** AuthorView; owner is the author's id. Log: posts. */
    public static final String AUTHOR = "feed.author";
    /** FollowingView by ListQuestion; owner is the reader's id. Log: follows. */
    public static final String FOLLOWING = "feed.following";
    /** RelationView; owner is the reader's id, key the other user's. Log: follows. */
    public static final String RELATION = "feed.relation";
    /** FollowersView by ListQuestion; owner is the author's id, key a reader's or empty. Log: audience. */
    public static final String FOLLOWERS = "feed.followers";

    /** TimelineView by TimelineQuestion; owner is the reader's id. Log: timelines. */
    public static final String TIMELINE = "feed.timeline";

    /** Most authors one question about posts may name. */
    public static final int AUTHORS_MAX = 2_000;
    /** Most posts one answer holds: the largest page, and one to tell whether there are more. */
    public static final int POSTS_MAX = 101;
    /** Most posts that are looked at for who has posted. */
    public static final int POSTED_MAX = 2_000;
    /** Most entries one answer about a timeline holds: all it can have. */
    public static final int ENTRIES_MAX = 800;
    /** Most users one answer lists. */
    public static final int USERS_MAX = 5_000;

    private FeedQueries() {}
}
