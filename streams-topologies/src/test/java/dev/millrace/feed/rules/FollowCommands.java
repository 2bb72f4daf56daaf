package dev.millrace.feed.rules;

import dev.millrace.feed.topics.v1.AcknowledgeFollow;
import dev.millrace.feed.topics.v1.BlockUser;
import dev.millrace.feed.topics.v1.FollowAuthor;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.LearnBlock;
import dev.millrace.feed.topics.v1.MuteUser;
import dev.millrace.feed.topics.v1.UnblockUser;
import dev.millrace.feed.topics.v1.UnfollowAuthor;
import dev.millrace.feed.topics.v1.UnmuteUser;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;

/** Commands as ingest and the relay write them. */
public final class FollowCommands {
    private FollowCommands() {}

    public static FollowCommand follow(String key, String reader, String author) {
        return command(key, reader, "follow " + author)
                .setFollowAuthor(FollowAuthor.newBuilder().setAuthorId(author))
                .build();
    }

    public static FollowCommand unfollow(String key, String reader, String author) {
        return command(key, reader, "unfollow " + author)
                .setUnfollowAuthor(UnfollowAuthor.newBuilder().setAuthorId(author))
                .build();
    }

    public static FollowCommand block(String key, String reader, String user) {
        return command(key, reader, "block " + user)
                .setBlockUser(BlockUser.newBuilder().setUserId(user))
                .build();
    }

    public static FollowCommand unblock(String key, String reader, String user) {
        return command(key, reader, "unblock " + user)
                .setUnblockUser(UnblockUser.newBuilder().setUserId(user))
                .build();
    }

    public static FollowCommand mute(String key, String reader, String user) {
        return command(key, reader, "mute " + user)
                .setMuteUser(MuteUser.newBuilder().setUserId(user))
                .build();
    }

    public static FollowCommand unmute(String key, String reader, String user) {
        return command(key, reader, "unmute " + user)
                .setUnmuteUser(UnmuteUser.newBuilder().setUserId(user))
                .build();
    }

    public static FollowCommand learnBlock(String reader, String by, boolean blocks, long version) {
        return relayed(reader)
                .setLearnBlock(LearnBlock.newBuilder()
                        .setByUserId(by)
                        .setBlocks(blocks)
                        .setVersion(version))
                .build();
    }

    public static FollowCommand acknowledge(String reader, String author, long version, long sequence) {
        return relayed(reader)
                .setAcknowledgeFollow(AcknowledgeFollow.newBuilder()
                        .setAuthorId(author)
                        .setEdgeVersion(version)
                        .setPostSequence(sequence))
                .build();
    }

    private static FollowCommand.Builder command(String key, String reader, String body) {
        return FollowCommand.newBuilder()
                .setMeta(PostCommands.meta(key, reader, body))
                .setReaderId(reader);
    }

    private static FollowCommand.Builder relayed(String reader) {
        return FollowCommand.newBuilder()
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(CommandId.random().bytes())
                        .setSubject("millrace:relay"))
                .setReaderId(reader);
    }
}
