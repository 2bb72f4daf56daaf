package dev.millrace.files.rules;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.CreateLink;
import dev.millrace.files.topics.v1.Due;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceRefusal;
import dev.millrace.files.topics.v1.NamespaceRefusalReason;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.OpenLink;
import dev.millrace.files.topics.v1.ReceivedShare;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.ShareNode;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who else may see a node: people, by a share of it or of a folder above it, and whoever has a link. A share that ended
 * or expired gives nothing from that step on.
 */
public final class ShareRules {
    static final Duration LINK_LASTS = Duration.ofDays(7);
    static final Duration EXPIRES_WITHIN = Duration.ofDays(10 * 365);
    /** Wrong passwords in a row that a link takes. */
    static final int WRONG_PASSWORDS_MAX = 10;
    /** About a thousand guesses a day. */
    static final Duration LOCKED_FOR = Duration.ofMinutes(15);

    private static final int SHARES_MAX = 100;

    private final Step step;

    ShareRules(Step step) {
        this.step = step;
    }

    NamespaceDecision share(ShareNode share) {
        Share before = step.book.share(step.commandId());
        if (before != null) {
            return step.repeated(before.getBodyHash(), Step.outcome(before));
        }
        Node node = step.book.node(share.getNodeId());
        Optional<NamespaceRefusal> problem = notToShare(node, share.getNodeId())
                .or(() -> FileIds.namespaceOf(share.getUserId()).equals(step.command.getNamespaceId())
                        ? Optional.of(
                                Step.refusal(NamespaceRefusalReason.NAMESPACE_SHARED_WITH_OWNER, share.getUserId()))
                        : Optional.empty())
                .or(() -> expiryProblemOf(share.getExpiresAtMillis()));
        if (problem.isPresent() || node == null) {
            return Step.refused(problem.orElseThrow());
        }
        Share known = step.book.shareWith(share.getNodeId(), share.getUserId());
        if (known == null) {
            return full(node)
                    .map(Step::refused)
                    .orElseGet(() -> granted(
                            ChangeKind.CHANGE_SHARE_GRANTED,
                            node,
                            made(share.getNodeId(), share.getExpiresAtMillis())
                                    .setUserId(share.getUserId())
                                    .setWrite(share.getWrite())));
        }
        if (known.getWrite() == share.getWrite() && known.getExpiresAtMillis() == share.getExpiresAtMillis()) {
            return Step.unchanged(Step.outcome(known));
        }
        Share changed = touched(known)
                .setWrite(share.getWrite())
                .setExpiresAtMillis(share.getExpiresAtMillis())
                .build();
        return Step.done(
                step.fact(ChangeKind.CHANGE_SHARE_GRANTED).addNodes(node).addShares(changed), Step.outcome(changed));
    }

    NamespaceDecision link(CreateLink link) {
        Share before = step.book.share(step.commandId());
        if (before != null) {
            return step.repeated(before.getBodyHash(), Step.outcome(before));
        }
        Node node = step.book.node(link.getNodeId());
        Optional<NamespaceRefusal> problem =
                notToShare(node, link.getNodeId()).or(() -> expiryProblemOf(link.getExpiresAtMillis()));
        if (problem.isPresent() || node == null) {
            return Step.refused(problem.orElseThrow());
        }
        long expires = link.getExpiresAtMillis() == 0 ? step.now + LINK_LASTS.toMillis() : link.getExpiresAtMillis();
        Share.Builder made = made(link.getNodeId(), expires).setSecret(link.getSecret());
        if (link.hasPassword()) {
            made.setPassword(link.getPassword());
        }
        return full(node).map(Step::refused).orElseGet(() -> granted(ChangeKind.CHANGE_LINK_CREATED, node, made));
    }

    private NamespaceDecision granted(ChangeKind kind, Node node, Share.Builder made) {
        Share share = made.build();
        Node shared = step.changed(node).setShares(node.getShares() + 1).build();
        return Step.done(step.fact(kind).addNodes(shared).addShares(share), Step.outcome(share));
    }

    private Share.Builder made(ByteString nodeId, long expiresAtMillis) {
        return touched(Share.getDefaultInstance())
                .setShareId(step.commandId())
                .setNodeId(nodeId)
                .setCreatedAtMillis(step.now)
                .setExpiresAtMillis(expiresAtMillis)
                .setBodyHash(step.command.getMeta().getBodyHash());
    }

    private Share.Builder touched(Share share) {
        return share.toBuilder().setVersion(step.head.getSequence() + 1);
    }

    /** Only its owner shares a node. */
    private Optional<NamespaceRefusal> notToShare(@Nullable Node node, ByteString nodeId) {
        Place place = step.place(nodeId);
        return step.unseen(node, place)
                .or(() -> step.owner
                        ? Optional.empty()
                        : Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, "")))
                .or(() -> place.deleted()
                        ? Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_NODE_DELETED, step.idText(nodeId)))
                        : Optional.empty());
    }

    private Optional<NamespaceRefusal> expiryProblemOf(long expiresAtMillis) {
        boolean right = expiresAtMillis == 0
                || (expiresAtMillis > step.now && expiresAtMillis <= step.now + EXPIRES_WITHIN.toMillis());
        return right
                ? Optional.empty()
                : Optional.of(Step.refusal(
                        NamespaceRefusalReason.NAMESPACE_EXPIRY_INVALID,
                        Instant.ofEpochMilli(expiresAtMillis).toString()));
    }

    private static Optional<NamespaceRefusal> full(Node node) {
        return node.getShares() < SHARES_MAX
                ? Optional.empty()
                : Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_SHARES_TOO_MANY, SHARES_MAX + " shares"));
    }

    /** By its owner, or by whom it is with, who then doesn't want it. */
    NamespaceDecision end(ByteString shareId) {
        Share share = step.book.share(shareId);
        if (share == null || !(step.owner || share.getUserId().equals(step.caller))) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_SHARE_UNKNOWN, "");
        }
        Share ended = touched(share).setEnded(true).build();
        return Step.done(endFact(ended), Step.outcome(ended));
    }

    private NamespaceFact.Builder endFact(Share ended) {
        NamespaceFact.Builder fact = step.fact(ChangeKind.CHANGE_SHARE_ENDED).addShares(ended);
        Node node = step.book.node(ended.getNodeId());
        if (node != null) {
            fact.addNodes(step.changed(node).setShares(node.getShares() - 1));
        }
        return fact;
    }

    /** Whether this is a link, and its secret. */
    public static boolean opens(Share share, ByteString secret) {
        return share.getUserId().isEmpty() && isEqual(share.getSecret(), secret);
    }

    NamespaceDecision open(OpenLink open) {
        Share link = step.book.share(open.getShareId());
        if (link == null || !opens(link, open.getSecret())) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_SHARE_UNKNOWN, "");
        }
        if (!Place.isInForce(link, step.now)) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_LINK_EXPIRED, "");
        }
        Node node = step.book.node(link.getNodeId());
        if (node == null || step.place(link.getNodeId()).deleted()) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_NODE_DELETED, "");
        }
        if (link.getLockedUntilMillis() > step.now) {
            return Step.refused(
                    NamespaceRefusalReason.NAMESPACE_LINK_LOCKED,
                    Instant.ofEpochMilli(link.getLockedUntilMillis()).toString());
        }
        return link.hasPassword() && !isPassword(link, open.getPasswordHash())
                ? wrong(link, node)
                : Step.done(
                        step.fact(ChangeKind.CHANGE_LINK_OPENED)
                                .addNodes(node)
                                .addShares(touched(link).clearWrongPasswords()),
                        Step.outcome(node));
    }

    private static boolean isPassword(Share link, ByteString hash) {
        return isEqual(link.getPassword().getHash(), hash);
    }

    /** In a time that doesn't tell how much of it is right. */
    private static boolean isEqual(ByteString one, ByteString other) {
        return MessageDigest.isEqual(one.toByteArray(), other.toByteArray());
    }

    private NamespaceDecision wrong(Share link, Node node) {
        int wrong = link.getWrongPasswords() + 1;
        boolean locks = wrong == WRONG_PASSWORDS_MAX;
        Share after = touched(link)
                .setWrongPasswords(locks ? 0 : wrong)
                .setLockedUntilMillis(locks ? step.now + LOCKED_FOR.toMillis() : 0)
                .build();
        NamespaceFact.Builder fact =
                step.fact(ChangeKind.CHANGE_LINK_PASSWORD_WRONG).addNodes(node).addShares(after);
        return Step.done(
                fact,
                Step.refused(NamespaceRefusalReason.NAMESPACE_PASSWORD_WRONG, "")
                        .outcome());
    }

    NamespaceDecision learn(ReceivedShare share) {
        ReceivedShare known = step.book.received(share.getNamespaceId(), share.getShareId());
        return known != null && known.getVersion() >= share.getVersion()
                ? Step.nothing()
                : Step.done(step.fact(ChangeKind.CHANGE_SHARE_RECEIVED).setReceivedShare(share), Step.nobodyWaits());
    }

    NamespaceDecision fallDue(Due due) {
        Share share = step.book.share(due.getId());
        if (share == null || share.getExpiresAtMillis() != due.getAtMillis()) {
            return Step.nothing();
        }
        return Step.done(endFact(touched(share).setEnded(true).build()), Step.nobodyWaits());
    }
}
