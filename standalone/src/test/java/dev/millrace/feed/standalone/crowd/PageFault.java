package dev.millrace.feed.standalone.crowd;

/** A bug that a feed could have, as its readers would see it. Each shows now and then only, as bugs do. */
enum PageFault {
    /** None: the same way, and nothing changed on it. */
    NONE,
    /** A post is left out of a page. */
    MISSING_POST,
    /** A post is on a page twice. */
    DOUBLED_POST,
    /** Two posts of a page have changed places. */
    WRONG_ORDER,
    /** A post is shown as it was before it was edited. */
    STALE_CONTENT,
    /** A post that was deleted is still shown. */
    DELETED_POST,
    /** Posts of somebody who isn't followed any more are still shown. */
    UNFOLLOWED_AUTHOR,
    /** Posts of somebody who is blocked are still shown. */
    BLOCKED_AUTHOR,
    /** A post is answered 201, and lost. */
    LOST_POST,
    /** Who asks again for the answer to a post is told another one. */
    OTHER_ANSWER
}
