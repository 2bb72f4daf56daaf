package dev.millrace.feed.streams;

import static dev.millrace.feed.rules.PostCommands.edit;
import static dev.millrace.feed.rules.PostCommands.newPost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostsQuestion;
import dev.millrace.feed.topics.v1.PostsView;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxMergeTest {
    private static final long NOW = 1_795_600_000_000L;

    private final FeedDriver feed = new FeedDriver();

    @AfterEach
    void close() {
        feed.close();
    }

    @Test
    void anEarlierMomentIsStillHadUntilAPostInItChanges() throws Exception {
        long first = feed.post(newPost("1", "a", "one"), NOW).getPost().getPostId();
        long then = 0;
        feed.post(newPost("2", "a", "two"), NOW + 1);
        PostsQuestion question = PostsQuestion.newBuilder()
                .addAuthorIds("a")
                .setLimit(10)
                .setAtOffset(then)
                .build();

        PostsView asItWas = ask(feed, question);
        feed.post(edit("3", "a", first, "one!"), NOW + 2);
        PostsView tooLate = ask(feed, question);

        assertThat(asItWas.getPostsList()).extracting(Post::getContent).containsExactly("one");
        assertThat(asItWas.getPosition().getOffset()).isEqualTo(then);
        assertThat(tooLate.getPassed()).isTrue();
        assertThat(tooLate.getPostsList()).isEmpty();
    }

    @Test
    void authorsWhoseNewestIsTooOldArentOpened() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            feed.post(newPost("1", "old" + i, "old"), NOW);
        }
        for (int i = 0; i < 5; i++) {
            feed.post(newPost("n" + i, "new", "new " + i), NOW + 10 + i);
        }
        PostsQuestion.Builder question = PostsQuestion.newBuilder().setLimit(5).addAuthorIds("new");
        for (int i = 0; i < 1_000; i++) {
            question.addAuthorIds("old" + i);
        }
        CountingStore store = new CountingStore(feed.postStore());

        PostsView view = new OutboxMerge(store, question.build())
                .read(Position.newBuilder().setOffset(1_004).build());

        assertThat(view.getPostsList()).extracting(Post::getAuthorId).containsOnly("new");
        assertThat(store.opened).isEqualTo(1);
    }

    @Test
    void whoHasPostedSinceIsNamedOnce() throws Exception {
        long first = feed.post(newPost("1", "a", "one"), NOW).getPost().getPostId();
        feed.post(newPost("2", "b", "two"), NOW + 1);
        feed.post(newPost("3", "a", "three"), NOW + 2);
        feed.post(newPost("4", "b", "four"), NOW + 3);

        PostsView view = ask(
                feed,
                PostsQuestion.newBuilder().setLimit(10).setPostedAfter(first).build());

        assertThat(view.getPostedAuthorIdsList()).containsExactlyInAnyOrder("a", "b");
        assertThat(view.getPostsList()).isEmpty();
        assertThat(ask(feed, PostsQuestion.newBuilder().setLimit(10).build()).getPostedAuthorIdsList())
                .isEmpty();
    }

    @Test
    void ofTooManyPostsNobodyIsNamed() throws Exception {
        for (int i = 0; i <= FeedQueries.POSTED_MAX; i++) {
            feed.post(newPost("n" + i, "a", "words"), NOW + i);
        }

        PostsView view = ask(
                feed, PostsQuestion.newBuilder().setLimit(10).setPostedAfter(1).build());

        assertThat(view.getPostedTooMany()).isTrue();
        assertThat(view.getPostedAuthorIdsList()).isEmpty();
    }

    static PostsView ask(FeedDriver driver, PostsQuestion question) {
        StateQuery query = StateQuery.newBuilder()
                .setName(FeedQueries.POSTS)
                .setArgument(question.toByteString())
                .build();
        return driver.askPosts(query, PostsView.class).orElseThrow();
    }
}
