package dev.millrace.feed.standalone.history;

import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.Verdict;
import java.util.List;
import java.util.Map;

/** The feed's logs and what people saw of it to a verdict: whether all of it is one history that the rules allow. */
public final class FeedCheck {
    private final FeedLog log;

    private FeedCheck(FeedLog log) {
        this.log = log;
    }

    /** Reads all that the logs have now. */
    public static FeedCheck read(String bootstrap) {
        return new FeedCheck(FeedLog.read(bootstrap));
    }

    static FeedCheck of(FeedLog log) {
        return new FeedCheck(log);
    }

    /** What is still being decided, or on its way from one owner to another, looks like a contradiction. */
    public Verdict verdict(Observations seen) {
        Contradictions found = new Contradictions();
        PostHistory posts = PostHistory.of(log, found);
        FollowHistory follows = FollowHistory.of(log, found);
        AudienceHistory audiences = AudienceHistory.of(log, follows, posts, found);
        RelayCheck.check(log, follows, found);
        AnswerCheck answers = new AnswerCheck(posts, follows, found);
        seen.commands().forEach(answers::check);
        new PageCheck(posts, follows, audiences, found).check(seen.pages());
        UserReadCheck users = new UserReadCheck(posts, follows, audiences, found);
        seen.lists().forEach(users::check);
        seen.profiles().forEach(users::check);
        long facts = size(log.postFacts()) + size(log.followFacts()) + audiences.facts();
        return new Verdict(facts, answers.checked(), seen.reads(), "pages", found.all());
    }

    private static <T> long size(Map<Integer, List<Written<T>>> records) {
        return records.values().stream().mapToLong(List::size).sum();
    }
}
