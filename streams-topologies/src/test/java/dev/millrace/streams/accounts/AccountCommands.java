package dev.millrace.streams.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.AccountCommand;
import dev.millrace.topics.v1.CloseAccount;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Profile;
import dev.millrace.topics.v1.ReplyAddress;

/** Commands about alice's account. */
final class AccountCommands {
    static final String ALICE = "alice";

    private AccountCommands() {}

    static AccountCommand profile(String key, String name) {
        return AccountCommand.newBuilder()
                .setMeta(meta("PUT", key, name))
                .setUserId(ALICE)
                .setDefineProfile(Profile.newBuilder().setName(name).setEmail("alice@example.org"))
                .build();
    }

    static AccountCommand close(String key) {
        return AccountCommand.newBuilder()
                .setMeta(meta("DELETE", key, ""))
                .setUserId(ALICE)
                .setCloseAccount(CloseAccount.getDefaultInstance())
                .build();
    }

    private static CommandMeta meta(String method, String key, String body) {
        return CommandMeta.newBuilder()
                .setCommandId(CommandId.of(ALICE, method, "/users/alice", key).bytes())
                .setSubject(ALICE)
                .setBodyHash(CommandId.hashOf(body.getBytes(UTF_8)))
                .setReplyTo(ReplyAddress.newBuilder().setEpoch(1))
                .build();
    }
}
