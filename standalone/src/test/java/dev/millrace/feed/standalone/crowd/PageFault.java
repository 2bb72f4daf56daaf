package dev.millrace.feed.standalone.crowd;

/** A bug that a feed could have, as its readers would see it. Each shows now and then only, as bugs do. */
enum PageFault {
    /** A post is left out of a page. */
    MISSING_POST(" misses "),
    /** A post is on a page twice. */
    DOUBLED_POST(" twice"),
    /** Two posts of a page have changed places. */
    WRONG_ORDER(", out of order"),
    /** A post is shown as it was before it was edited. */
    STALE_CONTENT("content=Number "),
    /** A post that was deleted is still shown. */
    DELETED_POST(", which is deleted"),
    /** Posts of somebody who isn't followed any more are still shown. */
    UNFOLLOWED_AUTHOR(", whom the reader doesn't follow"),
    /** Posts of somebody who is blocked are still shown. */
    BLOCKED_AUTHOR(", who is blocked or muted"),
    /** A post is answered 201, and lost. */
    LOST_POST(" is not on the log"),
    /** Who asks again for the answer to a post is told another one. */
    OTHER_ANSWER(", was answered ");

    private final String contradiction;

    PageFault(String contradiction) {
        this.contradiction = contradiction;
    }

    /** What a checker says of it. */
    String contradiction() {
        return contradiction;
    }
}
