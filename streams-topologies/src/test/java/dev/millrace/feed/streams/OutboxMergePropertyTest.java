package dev.millrace.feed.streams;

import static dev.millrace.feed.rules.PostCommands.delete;
import static dev.millrace.feed.rules.PostCommands.edit;
import static dev.millrace.feed.rules.PostCommands.newPost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.PostsQuestion;
import dev.millrace.feed.topics.v1.PostsView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class OutboxMergePropertyTest {
    private static final long NOW = 1_795_600_000_000L;
    private static final List<String> AUTHORS = List.of("a", "ab", "b", "c");

    /** The slow way: every fact there was up to the offset, and nothing else. */
    private static List<Post> oracle(Collection<PostFact> facts, PostsQuestion question, long offset) {
        Map<Long, Post> posts = new TreeMap<>();
        for (PostFact fact : facts) {
            if (fact.getPosition().getOffset() <= offset) {
                Post post = fact.hasPostCreated()
                        ? fact.getPostCreated()
                        : fact.hasPostEdited() ? fact.getPostEdited() : fact.getPostDeleted();
                posts.put(post.getPostId(), post);
            }
        }
        Comparator<Post> order = Comparator.comparingLong(Post::getPostId);
        return posts.values().stream()
                .filter(post -> !post.getDeleted())
                .filter(post -> question.getAuthorIdsList().contains(post.getAuthorId()))
                .filter(post -> question.getBefore() == 0 || post.getPostId() < question.getBefore())
                .filter(post -> post.getPostId() > question.getAfter())
                .sorted(question.getOldestFirst() ? order : order.reversed())
                .limit(question.getLimit())
                .toList();
    }

    record Step(int kind, String author, int which, int millis) {}

    record Wanted(List<String> authors, int before, int after, int limit, boolean oldestFirst) {}

    @Property(tries = 60)
    void whatIsMergedIsWhatTheFactsSay(
            @ForAll("histories") List<Step> history, @ForAll("questions") List<Wanted> questions) throws Exception {
        try (FeedDriver driver = new FeedDriver()) {
            List<PostFact> facts = new ArrayList<>();
            List<Long> ids = new ArrayList<>();
            int key = 0;
            for (Step step : history) {
                key++;
                long id = ids.isEmpty() ? 1 : ids.get(step.which % ids.size());
                switch (step.kind) {
                    case 0 -> driver.post(edit("k" + key, step.author, id, "edit " + key), NOW + step.millis);
                    case 1 -> driver.post(delete("k" + key, step.author, id), NOW + step.millis);
                    default -> driver.post(newPost("k" + key, step.author, "post " + key), NOW + step.millis);
                }
                driver.postFacts().forEach(fact -> {
                    facts.add(fact.value);
                    if (fact.value.hasPostCreated()) {
                        ids.add(fact.value.getPostCreated().getPostId());
                    }
                });
            }
            for (Wanted wanted : questions) {
                PostsQuestion question = PostsQuestion.newBuilder()
                        .addAllAuthorIds(wanted.authors)
                        .setBefore(ids.isEmpty() || wanted.before == 0 ? 0 : ids.get(wanted.before % ids.size()))
                        .setAfter(ids.isEmpty() || wanted.after == 0 ? 0 : ids.get(wanted.after % ids.size()))
                        .setLimit(wanted.limit)
                        .setOldestFirst(wanted.oldestFirst)
                        .build();

                PostsView view = OutboxMergeTest.ask(driver, question);

                assertThat(view.getPostsList())
                        .isEqualTo(oracle(facts, question, view.getPosition().getOffset()));
                assertThat(view.getNewestPostId())
                        .isEqualTo(ids.stream().mapToLong(Long::longValue).max().orElse(0));
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.of(AUTHORS),
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(0, 20))
                .as(Step::new)
                .list()
                .ofMaxSize(40);
    }

    @Provide
    Arbitrary<List<Wanted>> questions() {
        return Combinators.combine(
                        Arbitraries.of(AUTHORS).set().ofMinSize(1).map(List::copyOf),
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(1, 8),
                        Arbitraries.of(true, false))
                .as(Wanted::new)
                .list()
                .ofSize(4);
    }
}
