package dev.millrace.feed.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.feed.topics.v1.AcknowledgeFollow;
import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.AudienceFact;
import dev.millrace.feed.topics.v1.BlockUser;
import dev.millrace.feed.topics.v1.CreatePost;
import dev.millrace.feed.topics.v1.DeletePost;
import dev.millrace.feed.topics.v1.EditPost;
import dev.millrace.feed.topics.v1.FollowAuthor;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.LearnBlock;
import dev.millrace.feed.topics.v1.MuteUser;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.UnblockUser;
import dev.millrace.feed.topics.v1.UnfollowAuthor;
import dev.millrace.standalone.history.Exchange;
import dev.millrace.standalone.history.Ids;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.topics.v1.CommandMeta;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A small feed as it is right, of ann, bea, cid and dan in two partitions. What is on the logs and was seen can be
 * changed before it is checked.
 */
final class PlayedFeed {
    private final Map<Integer, PostModel> postModels = new HashMap<>();
    private final Map<Integer, FollowModel> followModels = new HashMap<>();
    final FeedLog log = new FeedLog(
            new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    final List<Exchange> commands = new ArrayList<>();
    final Observations seen = new Observations();
    private long clock = 1_790_000_000_000L;
    private int keys;

    static int partitionOf(String user) {
        return user.charAt(0) % 2;
    }

    /** The post's id as text. */
    String post(String author, String content) {
        return post(author, content, nextKey());
    }

    String post(String author, String content, String key) {
        String body = new JsonObject().put("content", content).encode();
        PostModel.Decided decided = decide(
                meta(author, "POST", "/posts", key, body),
                PostCommand.newBuilder()
                        .setAuthorId(author)
                        .setCreatePost(CreatePost.newBuilder().setContent(content)));
        Post post = decided.outcome().getPost();
        String id = PostNumbers.text(post.getPostId());
        JsonObject answer = new JsonObject().put("postId", id).put("createdAt", Times.text(post.getCreatedAtMillis()));
        answered(author, "POST", "/posts", key, body, 201, endOfPosts(author), answer);
        return id;
    }

    void edit(String author, String postId, String content) {
        decide(
                meta(author, "PUT", "/posts/" + postId, nextKey(), content),
                PostCommand.newBuilder()
                        .setAuthorId(author)
                        .setEditPost(EditPost.newBuilder()
                                .setPostId(PostNumbers.parse(postId))
                                .setContent(content)));
    }

    void delete(String author, String postId) {
        decide(
                meta(author, "DELETE", "/posts/" + postId, nextKey(), ""),
                PostCommand.newBuilder()
                        .setAuthorId(author)
                        .setDeletePost(DeletePost.newBuilder().setPostId(PostNumbers.parse(postId))));
    }

    private PostModel.Decided decide(CommandMeta meta, PostCommand.Builder command) {
        clock += 10;
        int partition = partitionOf(command.getAuthorId());
        List<Written<PostCommand>> commandsOf = log.postCommands().computeIfAbsent(partition, p -> new ArrayList<>());
        Written<PostCommand> written = new Written<>(
                partition, commandsOf.size(), clock, command.setMeta(meta).build());
        commandsOf.add(written);
        PostModel.Decided decided =
                postModels.computeIfAbsent(partition, p -> new PostModel()).decide(written);
        PostFact fact = decided.fact();
        if (fact != null) {
            List<Written<PostFact>> facts = log.postFacts().computeIfAbsent(partition, p -> new ArrayList<>());
            facts.add(new Written<>(partition, facts.size(), clock, fact));
        }
        return decided;
    }

    void follow(String reader, String author) {
        String path = "/users/" + author + "/followers";
        String key = nextKey();
        FollowModel.Decided decided = decide(
                meta(reader, "PUT", path, key, "{}"),
                FollowCommand.newBuilder()
                        .setReaderId(reader)
                        .setFollowAuthor(FollowAuthor.newBuilder().setAuthorId(author)));
        JsonObject answer = new JsonObject()
                .put("userId", author)
                .put("followerId", reader)
                .put("since", Times.text(decided.outcome().getFollows().getSinceMillis()));
        answered(reader, "PUT", path, key, "{}", 200, endOfFollows(reader), answer);
    }

    void unfollow(String reader, String author) {
        decide(
                meta(reader, "DELETE", "/users/" + author + "/followers/" + reader, nextKey(), ""),
                FollowCommand.newBuilder()
                        .setReaderId(reader)
                        .setUnfollowAuthor(UnfollowAuthor.newBuilder().setAuthorId(author)));
    }

    void block(String reader, String whom) {
        decide(
                meta(reader, "PUT", "/users/" + reader + "/blocks", nextKey(), whom),
                FollowCommand.newBuilder()
                        .setReaderId(reader)
                        .setBlockUser(BlockUser.newBuilder().setUserId(whom)));
    }

    void unblock(String reader, String whom) {
        decide(
                meta(reader, "DELETE", "/users/" + reader + "/blocks/" + whom, nextKey(), ""),
                FollowCommand.newBuilder()
                        .setReaderId(reader)
                        .setUnblockUser(UnblockUser.newBuilder().setUserId(whom)));
    }

    void mute(String reader, String whom) {
        decide(
                meta(reader, "PUT", "/users/" + reader + "/mutes", nextKey(), whom),
                FollowCommand.newBuilder()
                        .setReaderId(reader)
                        .setMuteUser(MuteUser.newBuilder().setUserId(whom)));
    }

    private FollowModel.Decided decide(CommandMeta meta, FollowCommand.Builder command) {
        clock += 10;
        int partition = partitionOf(command.getReaderId());
        List<Written<FollowCommand>> commandsOf =
                log.followCommands().computeIfAbsent(partition, p -> new ArrayList<>());
        Written<FollowCommand> written = new Written<>(
                partition, commandsOf.size(), clock, command.setMeta(meta).build());
        commandsOf.add(written);
        FollowModel.Decided decided =
                followModels.computeIfAbsent(partition, p -> new FollowModel()).decide(written);
        FollowFact fact = decided.fact();
        if (fact != null) {
            List<Written<FollowFact>> facts = log.followFacts().computeIfAbsent(partition, p -> new ArrayList<>());
            facts.add(new Written<>(partition, facts.size(), clock, fact));
            tellOthers(fact);
        }
        return decided;
    }

    /** As the relay and the authors' side do. */
    private void tellOthers(FollowFact fact) {
        if (fact.hasUserBlocked() || fact.hasUserUnblocked()) {
            String whom = fact.hasUserBlocked()
                    ? fact.getUserBlocked().getUserId()
                    : fact.getUserUnblocked().getUserId();
            decide(
                    relayed(),
                    FollowCommand.newBuilder()
                            .setReaderId(whom)
                            .setLearnBlock(LearnBlock.newBuilder()
                                    .setByUserId(fact.getReaderId())
                                    .setBlocks(fact.hasUserBlocked())
                                    .setVersion(fact.getBookVersion())));
        } else if (fact.hasFollowed() || fact.hasUnfollowed()) {
            FollowEdge edge = fact.hasFollowed() ? fact.getFollowed() : fact.getUnfollowed();
            AudienceChange change = AudienceChange.newBuilder()
                    .setAuthorId(edge.getAuthorId())
                    .setReaderId(fact.getReaderId())
                    .setReaderPartition(fact.getPosition().getPartition())
                    .setReaderOrdinal(fact.getReaderOrdinal())
                    .setAdded(fact.hasFollowed())
                    .setEdgeVersion(edge.getVersion())
                    .setAtMillis(fact.getAtMillis())
                    .setPosition(fact.getPosition())
                    .build();
            int partition = partitionOf(edge.getAuthorId());
            add(log.audienceChanges(), partition, change);
            add(
                    log.audienceFacts(),
                    partition,
                    AudienceFact.newBuilder().setChange(change).build());
            if (fact.hasFollowed()) {
                decide(
                        relayed(),
                        FollowCommand.newBuilder()
                                .setReaderId(fact.getReaderId())
                                .setAcknowledgeFollow(AcknowledgeFollow.newBuilder()
                                        .setAuthorId(edge.getAuthorId())
                                        .setEdgeVersion(edge.getVersion())));
            }
        }
    }

    private <T> void add(Map<Integer, List<Written<T>>> records, int partition, T message) {
        List<Written<T>> before = records.computeIfAbsent(partition, p -> new ArrayList<>());
        before.add(new Written<>(partition, before.size(), clock, message));
    }

    private CommandMeta relayed() {
        return CommandMeta.newBuilder()
                .setCommandId(ByteString.copyFromUtf8("relay " + nextKey()))
                .setSubject("millrace:relay")
                .build();
    }

    private static CommandMeta meta(String user, String method, String path, String key, String body) {
        return CommandMeta.newBuilder()
                .setCommandId(Ids.command(user, method, path, key))
                .setSubject(user)
                .setBodyHash(Ids.body(body))
                .build();
    }

    private String nextKey() {
        keys++;
        return "k" + keys;
    }

    private void answered(
            String user,
            String method,
            String path,
            String key,
            String body,
            int status,
            String position,
            JsonObject answer) {
        commands.add(new Exchange(user, method, path, key, body, null, status, position, answer.encode()));
    }

    String endOfPosts(String author) {
        return "posts." + partitionOf(author) + "."
                + (log.postCommands()
                                .getOrDefault(partitionOf(author), List.of())
                                .size()
                        - 1);
    }

    String endOfFollows(String reader) {
        return "follows." + partitionOf(reader) + "."
                + (log.followCommands()
                                .getOrDefault(partitionOf(reader), List.of())
                                .size()
                        - 1);
    }

    /** Positions of everything as it is now. */
    String end(String reader) {
        return endOfFollows(reader) + ", " + endOfPosts("ann") + ", " + endOfPosts("bea");
    }

    /** A post as it is shown now. */
    PostShown shown(String postId) {
        long id = PostNumbers.parse(postId);
        PostFact last = log.postFacts().values().stream()
                .flatMap(List::stream)
                .map(Written::message)
                .filter(fact -> in(fact).getPostId() == id)
                .reduce((one, other) -> other)
                .orElseThrow();
        Post post = in(last);
        return new PostShown(
                postId,
                post.getAuthorId(),
                post.getContent(),
                Times.text(post.getCreatedAtMillis()),
                post.getUpdatedAtMillis() == 0 ? null : Times.text(post.getUpdatedAtMillis()));
    }

    private static Post in(PostFact fact) {
        return fact.hasPostCreated()
                ? fact.getPostCreated()
                : fact.hasPostEdited() ? fact.getPostEdited() : fact.getPostDeleted();
    }

    /** The reader is shown these posts on the newest page, of this size. */
    PageRead feed(String reader, int pageSize, boolean more, PostShown... posts) {
        return feed(reader, "", pageSize, more, posts);
    }

    PageRead feed(String reader, String before, int pageSize, boolean more, PostShown... posts) {
        return page(PageRead.Kind.FEED, reader, reader, before, null, pageSize, more, posts);
    }

    PageRead arrivals(String reader, PageRead since, int pageSize, boolean more, PostShown... posts) {
        return page(PageRead.Kind.ARRIVALS, reader, reader, "", since, pageSize, more, posts);
    }

    PageRead postsOf(String reader, String author, PostShown... posts) {
        return page(PageRead.Kind.POSTS_OF_ONE, reader, author, "", null, 20, false, posts);
    }

    private PageRead page(
            PageRead.Kind kind,
            String reader,
            String of,
            String before,
            @Nullable PageRead since,
            int pageSize,
            boolean more,
            PostShown... posts) {
        PageRead page = new PageRead(
                kind, reader, of, before, since, pageSize, null, end(reader), List.of(posts), more, false, false);
        seen.saw(page);
        return page;
    }

    /** Time of an edge, as lists show it. */
    String since(String reader, String author) {
        return log.followFacts().values().stream()
                .flatMap(List::stream)
                .map(Written::message)
                .filter(fact -> fact.hasFollowed()
                        && fact.getReaderId().equals(reader)
                        && fact.getFollowed().getAuthorId().equals(author))
                .map(fact -> Times.text(fact.getAtMillis()))
                .reduce((one, other) -> other)
                .orElseThrow();
    }

    Verdict verdict() {
        commands.forEach(seen::called);
        commands.clear();
        return FeedCheck.of(log).verdict(seen);
    }
}
