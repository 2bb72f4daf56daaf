package dev.millrace.files.simulation;

import com.google.protobuf.ByteString;
import dev.millrace.files.rules.MemoryNamespace;
import dev.millrace.files.rules.NamespaceBook;
import dev.millrace.files.rules.NamespaceCommandShape;
import dev.millrace.files.rules.NamespaceDecision;
import dev.millrace.files.rules.NamespaceRules;
import dev.millrace.files.rules.Place;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ContentRejected;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.RejectionReason;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.topics.v1.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Who decides of one namespace, which is a partition of its own: a log of commands, and all that follows from it. */
final class Owner {
    private static final Duration ANSWERS_KEPT = Duration.ofHours(1);

    final int partition;
    final String user;
    final String namespace;
    private final Fault fault;
    private final LongSupplier clock;
    private final List<Recorded> log = new ArrayList<>();
    private State state = new State();

    private record Recorded(NamespaceCommand command, long atMillis) {}

    private record Answer(ByteString bodyHash, NamespaceOutcome outcome, long atMillis) {}

    /** What a failure takes, and the log brings back. */
    private static final class State {
        private final MemoryNamespace book = new MemoryNamespace();
        /** Those of the namespace, and the markers between them. */
        private final List<NamespaceFact> facts = new ArrayList<>();

        private final Map<ByteString, Answer> answers = new HashMap<>();
    }

    /**
     * What came of a command.
     *
     * @param fact what happened just now; null if nothing did
     */
    record Decided(NamespaceOutcome outcome, @Nullable NamespaceFact fact) {}

    Owner(int partition, String user, Fault fault, LongSupplier clock) {
        this.partition = partition;
        this.user = user;
        this.namespace = FileIds.namespaceOf(user);
        this.fault = fault;
        this.clock = clock;
    }

    MemoryNamespace book() {
        return state.book;
    }

    List<NamespaceFact> facts() {
        return state.facts;
    }

    FileId id(ByteString local) {
        return new FileId(namespace, local);
    }

    Place place(String who, ByteString nodeId) {
        long now = Math.max(state.book.head().getNowMillis(), clock.getAsLong());
        return Place.of(state.book, who.equals(user), who, nodeId, now);
    }

    Decided take(NamespaceCommand command) {
        log.add(new Recorded(command, clock.getAsLong()));
        return process(state, log.size() - 1);
    }

    /** Another process takes over, which has nothing but the log. */
    void crash() {
        State again = new State();
        for (int offset = 0; offset < log.size(); offset++) {
            process(again, offset);
        }
        boolean same = again.facts.equals(state.facts)
                && again.answers.equals(state.answers)
                && again.book.nodes.equals(state.book.nodes)
                && again.book.versions.equals(state.book.versions)
                && again.book.uploads.equals(state.book.uploads)
                && again.book.shares.equals(state.book.shares)
                && again.book.head().equals(state.book.head());
        if (!same) {
            throw new Broken("the log of " + user + " comes to something else when it is read again");
        }
        state = again;
    }

    private Decided process(State to, int offset) {
        NamespaceCommand command = log.get(offset).command();
        long at = fault == Fault.DECIDES_BY_ITS_OWN_CLOCK
                ? clock.getAsLong()
                : log.get(offset).atMillis();
        Position position = Position.newBuilder()
                .setLog("namespaces")
                .setPartition(partition)
                .setOffset(offset)
                .build();
        if (command.hasMarkEpoch()) {
            to.facts.add(NamespaceRules.marked(command, at, position));
            return new Decided(NamespaceRules.done(), null);
        }
        ByteString id = command.getMeta().getCommandId();
        ByteString body = command.getMeta().getBodyHash();
        Answer before = to.answers.get(id);
        if (before != null && at - before.atMillis() < ANSWERS_KEPT.toMillis()) {
            return new Decided(before.bodyHash().equals(body) ? before.outcome() : NamespaceRules.keyReused(), null);
        }
        if (NamespaceCommandShape.problemOf(command).isPresent()) {
            throw new IllegalArgumentException(command + ": " + NamespaceCommandShape.problemOf(command));
        }
        NamespaceDecision decision = decide(to.book, command, at, position);
        decision.fact().ifPresent(fact -> {
            to.book.apply(fact);
            to.facts.add(fact);
        });
        to.answers.put(id, new Answer(body, decision.outcome(), at));
        return new Decided(decision.outcome(), decision.fact().orElse(null));
    }

    private NamespaceDecision decide(MemoryNamespace book, NamespaceCommand command, long at, Position position) {
        boolean verified = command.hasContentVerified();
        NamespaceBook seen =
                fault == Fault.OVERLOOKS_NAMES_IN_ANOTHER_CASE || verified ? new FaultyBook(book, fault) : book;
        NamespaceDecision decision = NamespaceRules.decide(seen, command, at, position);
        NamespaceFact fact = decision.fact().orElse(null);
        if (fact == null) {
            return decision;
        }
        if (fault == Fault.LOSES_THE_REFUSED_EDIT && fact.getKind() == ChangeKind.CHANGE_VERSION_CONFLICTED) {
            NamespaceCommand rejected = command.toBuilder()
                    .setContentRejected(ContentRejected.newBuilder()
                            .setUploadId(fact.getUpload().getUploadId())
                            .setReason(RejectionReason.REJECTION_HASH_MISMATCH))
                    .build();
            return NamespaceRules.decide(book, rejected, at, position);
        }
        return new NamespaceDecision(Optional.of(broken(book, fact)), decision.outcome());
    }

    private NamespaceFact broken(MemoryNamespace book, NamespaceFact fact) {
        NamespaceFact.Builder broken = fact.toBuilder();
        if (fault == Fault.KEEPS_THE_QUOTA_OF_WHAT_WAS_CANCELLED
                && fact.getKind() == ChangeKind.CHANGE_UPLOAD_ABANDONED) {
            Usage usage = fact.getUsage();
            broken.getUsageBuilder()
                    .setReservedBytes(
                            usage.getReservedBytes() + fact.getUpload().getSizeBytes());
        }
        if (fault == Fault.LETS_A_DELETION_WIN && fact.getKind() == ChangeKind.CHANGE_VERSION_COMMITTED) {
            Node before = book.node(fact.getNodes(0).getNodeId());
            if (before != null && before.getStatus() == NodeStatus.NODE_DELETED) {
                broken.getNodesBuilder(0)
                        .setStatus(NodeStatus.NODE_DELETED)
                        .setDeletedAtMillis(before.getDeletedAtMillis())
                        .setPurgeAtMillis(before.getPurgeAtMillis());
            }
        }
        return broken.build();
    }
}
