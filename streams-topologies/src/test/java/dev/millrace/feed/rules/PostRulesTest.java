package dev.millrace.feed.rules;

import static dev.millrace.feed.rules.PostCommands.delete;
import static dev.millrace.feed.rules.PostCommands.edit;
import static dev.millrace.feed.rules.PostCommands.newPost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.PostRefusalReason;
import dev.millrace.topics.v1.CommandMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PostRulesTest {
    private static final long NOW = 1_795_600_000_000L;

    private final MemoryPosts posts = new MemoryPosts();

    @Test
    void aPostsIdSaysWhenItWasMadeAndInWhichPartition() {
        Post post = made(newPost("1", "alice", "hello"), NOW);

        assertThat(post.getCreatedAtMillis()).isEqualTo(NOW);
        assertThat(PostIds.millisOf(post.getPostId())).isEqualTo(NOW);
        assertThat(PostIds.partitionOf(post.getPostId())).isEqualTo(MemoryPosts.PARTITION);
        assertThat(post.getContent()).isEqualTo("hello");
        assertThat(post.getCreatedSequence()).isEqualTo(1);
    }

    @Test
    void aBrokersClockThatStepsBackMakesNoOlderPost() {
        Post first = made(newPost("1", "alice", "one"), NOW);

        Post second = made(newPost("2", "bob", "two"), NOW - 60_000);

        assertThat(second.getPostId()).isGreaterThan(first.getPostId());
        assertThat(second.getCreatedAtMillis()).isEqualTo(NOW);
    }

    @Test
    void aRepeatedCommandMakesNoSecondPostHoweverTheFirstHasChanged() {
        PostDecision first = posts.apply(newPost("1", "alice", "hello"), NOW);
        long postId = first.outcome().getPost().getPostId();
        posts.apply(edit("2", "alice", postId, "hello!"), NOW + 1);
        posts.apply(delete("3", "alice", postId), NOW + 2);

        PostDecision again = posts.apply(newPost("1", "alice", "hello"), NOW + 3);

        assertThat(again.fact()).isEmpty();
        assertThat(again.outcome()).isEqualTo(first.outcome());
    }

    @Test
    void theAuthorsSequenceCountsEveryFactOfTheirs() {
        long postId = made(newPost("1", "alice", "hello"), NOW).getPostId();
        posts.apply(newPost("1", "bob", "mine"), NOW);

        PostFact edited = posts.apply(edit("2", "alice", postId, "hello!"), NOW + 1)
                .fact()
                .orElseThrow();
        PostFact deleted =
                posts.apply(delete("3", "alice", postId), NOW + 2).fact().orElseThrow();

        assertThat(edited.getSequence()).isEqualTo(2);
        assertThat(edited.getPostEdited().getCreatedSequence()).isEqualTo(1);
        assertThat(edited.getPostEdited().getUpdatedAtMillis()).isEqualTo(NOW + 1);
        assertThat(deleted.getSequence()).isEqualTo(3);
        assertThat(posts.author("alice").getPosts()).isZero();
        assertThat(posts.author("bob").getSequence()).isEqualTo(1);
    }

    @Test
    void aDeletedPostKeepsNothingOfItsContent() {
        long postId = made(newPost("1", "alice", "hello"), NOW).getPostId();

        PostFact deleted = posts.apply(delete("2", "alice", postId), NOW).fact().orElseThrow();

        assertThat(deleted.getPostDeleted().getContent()).isEmpty();
        assertThat(deleted.getPostDeleted().getDeleted()).isTrue();
    }

    @Test
    void deletingTwiceIsNoSecondFact() {
        long postId = made(newPost("1", "alice", "hello"), NOW).getPostId();
        posts.apply(delete("2", "alice", postId), NOW);

        PostDecision again = posts.apply(delete("3", "alice", postId), NOW);

        assertThat(again.fact()).isEmpty();
        assertThat(again.outcome().getPost().getDeleted()).isTrue();
    }

    @Test
    void anEditToTheSameContentIsNoFact() {
        long postId = made(newPost("1", "alice", "hello"), NOW).getPostId();

        PostDecision edited = posts.apply(edit("2", "alice", postId, "hello"), NOW + 1);

        assertThat(edited.fact()).isEmpty();
        assertThat(edited.outcome().getPost().getUpdatedAtMillis()).isZero();
    }

    /** A row per reason, in the enum's order. */
    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(PostRefusalReason.POST_IDEMPOTENCY_KEY_REUSED, newPost("mine", "alice", "another")),
                Arguments.of(PostRefusalReason.POST_NOT_YOURS, edit("1", "bob", postOfAlice(), "mine now")),
                Arguments.of(PostRefusalReason.POST_NOT_YOURS, delete("1", "bob", postOfAlice())),
                Arguments.of(PostRefusalReason.POST_NOT_YOURS, delete("1", "alice", postOfAlice() + 7)),
                Arguments.of(PostRefusalReason.POST_DELETED, edit("1", "alice", deletedPostOfAlice(), "back")));
    }

    private static long postOfAlice() {
        return PostIds.next(0, NOW, MemoryPosts.PARTITION);
    }

    private static long deletedPostOfAlice() {
        return PostIds.next(postOfAlice(), NOW, MemoryPosts.PARTITION);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalSaysWhyAndChangesNothing(PostRefusalReason reason, PostCommand command) {
        posts.apply(newPost("mine", "alice", "one"), NOW);
        posts.apply(newPost("gone", "alice", "two"), NOW);
        posts.apply(delete("x", "alice", deletedPostOfAlice()), NOW);

        PostDecision refused = posts.apply(command, NOW + 1);

        assertThat(refused.outcome().getRefused()).isEqualTo(reason);
        assertThat(refused.fact()).isEmpty();
    }

    @Test
    void everyReasonHasARow() {
        assertThat(refusals().map(row -> (PostRefusalReason) row.get()[0]))
                .contains(Stream.of(PostRefusalReason.values())
                        .filter(reason -> reason != PostRefusalReason.POST_REFUSAL_REASON_UNSPECIFIED
                                && reason != PostRefusalReason.UNRECOGNIZED)
                        .toArray(PostRefusalReason[]::new));
    }

    @Test
    void everyKindOfCommandHasAShape() {
        for (PostCommand.KindCase kind : PostCommand.KindCase.values()) {
            PostCommand.Builder command = newPost("1", "alice", "x").toBuilder().clearKind();
            var field = PostCommand.getDescriptor().findFieldByNumber(kind.getNumber());
            if (field != null) {
                command.setField(field, command.newBuilderForField(field).build());
            }
            boolean decidable = kind == PostCommand.KindCase.DELETE_POST || kind == PostCommand.KindCase.ADOPT_RULES;
            assertThat(PostCommandShape.problemOf(command.build()).isEmpty())
                    .as(kind.name())
                    .isEqualTo(decidable);
        }
        assertThat(PostCommandShape.problemOf(newPost("1", "", "x"))).isPresent();
        assertThat(PostCommandShape.problemOf(newPost("1", "a\u0000b", "x"))).isPresent();
        assertThat(PostCommandShape.problemOf(newPost("1", "a".repeat(129), "x")))
                .isPresent();
        assertThat(PostCommandShape.problemOf(newPost("1", "alice", "x").toBuilder()
                        .setMeta(CommandMeta.getDefaultInstance())
                        .build()))
                .isPresent();
    }

    /** Whatever is asked in whatever order and however often: the facts alone say what there is. */
    @Property
    void whatIsThereFollowsFromTheFactsAndNoIdIsGivenTwice(@ForAll("histories") List<Asked> history) {
        List<PostFact> facts = new ArrayList<>();
        Set<Long> ids = new TreeSet<>();
        MemoryPosts book = new MemoryPosts();
        for (Asked asked : history) {
            book.apply(asked.command(book), asked.atMillis()).fact().ifPresent(facts::add);
        }
        for (PostFact fact : facts) {
            if (fact.hasPostCreated()) {
                assertThat(ids.add(fact.getPostCreated().getPostId())).isTrue();
            } else {
                assertThat(ids).contains(PostRules.postIn(fact).getPostId());
            }
        }
        for (String author : List.of("alice", "bob")) {
            List<PostFact> mine =
                    facts.stream().filter(f -> f.getAuthorId().equals(author)).toList();
            for (int i = 0; i < mine.size(); i++) {
                assertThat(mine.get(i).getSequence()).isEqualTo(i + 1);
            }
            long there = mine.stream().filter(PostFact::hasPostCreated).count()
                    - mine.stream().filter(PostFact::hasPostDeleted).count();
            assertThat(book.author(author).getPosts()).isEqualTo(there);
        }
    }

    /** @param which post of those that there are is meant, if one is */
    record Asked(int kind, String key, String author, int which, long atMillis) {
        PostCommand command(MemoryPosts book) {
            List<Long> ids = book.posts.keySet().stream().sorted().toList();
            long postId = ids.isEmpty() ? 1 : ids.get(which % ids.size());
            return switch (kind) {
                case 0 -> newPost("c" + key, author, "text " + which % 2);
                case 1 -> edit("e" + key, author, postId, "text " + which);
                default -> delete("d" + key, author, postId);
            };
        }
    }

    @Provide
    Arbitrary<List<Asked>> histories() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.strings().withCharRange('a', 'h').ofLength(1),
                        Arbitraries.of("alice", "bob"),
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.longs().between(NOW, NOW + 3))
                .as(Asked::new)
                .list()
                .ofMaxSize(60);
    }

    private Post made(PostCommand command, long atMillis) {
        return posts.apply(command, atMillis).fact().orElseThrow().getPostCreated();
    }
}
