package dev.millrace.files.serving;

import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.SyncEvent;
import dev.millrace.serving.CommittedTail;
import dev.millrace.serving.LiveConnection;
import dev.millrace.serving.LiveDoor;
import dev.millrace.serving.LiveThread;
import dev.millrace.topics.Owners;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.v1.Position;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * WS /changes/live. Committed facts of namespaces to the sockets of their users: after a socket's {@code ready} it is
 * told up to where there are changes to read, and of all that others share with its user or no longer do, or to read
 * again. Where there are changes in what others share is told too, as the users' change feeds say. All of it happens on
 * one thread of its own.
 */
final class LiveChanges implements AutoCloseable {
    /** Windows and devices one user may have open. */
    private static final int SOCKETS_PER_USER_MAX = 50;

    private final NamespaceOwners owners;
    private final Predicate<String> closed;
    private final Counter resyncs;

    private final LiveThread own = new LiveThread("live-changes");
    /** Of users with sockets, by their id. */
    private final Map<String, LiveNamespace> namespaces = new HashMap<>();
    /** Up to where facts have been taken in, by partition. */
    private final Map<Integer, Position> newest = new HashMap<>();

    LiveChanges(NamespaceOwners owners, Predicate<String> closed, Counter resyncs) {
        this.owners = owners;
        this.closed = closed;
        this.resyncs = resyncs;
    }

    CommittedTail.Follower<NamespaceFact> facts() {
        return own.following(this::take);
    }

    CommittedTail.Follower<SyncEvent> events() {
        return own.following(this::tell);
    }

    /**
     * What happened before this process began isn't news to anybody.
     *
     * @param tail has {@link #facts} follow it
     * @param others has {@link #events} follow it
     */
    void addTo(Router router, LiveDoor door, CommittedTail<NamespaceFact> tail, CommittedTail<SyncEvent> others) {
        door.addTo(
                router,
                "/changes/live",
                ctx -> tail.caughtUpAtMillis() > 0 && others.caughtUpAtMillis() > 0
                        ? Future.succeededFuture()
                        : Future.failedFuture(NamespaceOwners.unavailable()),
                ctx -> connection -> seat(connection, tail.partitions()));
    }

    private Runnable seat(LiveConnection connection, int partitions) {
        String user = connection.user();
        int partition = Owners.partitionOf(FileIds.namespaceOf(user), partitions);
        LiveChangesSocket socket =
                new LiveChangesSocket(connection, resyncs, () -> LiveChangesJson.begin("resync", newestOf(partition)));
        own.execute(() -> join(user, connection.device(), partition, socket));
        connection.whenRoom(() -> own.execute(socket::catchUp));
        return () -> own.execute(() -> leave(user, socket));
    }

    private List<Position> newestOf(int partition) {
        Position position = newest.get(partition);
        return position == null ? List.of() : List.of(position);
    }

    /** Its device's removal is either known to the owner as of what has been taken in, or heard of after this. */
    private void join(String user, String device, int partition, LiveChangesSocket socket) {
        if (socket.isClosed()) {
            return;
        }
        LiveNamespace namespace = namespaces.computeIfAbsent(FileIds.namespaceOf(user), id -> new LiveNamespace(user));
        if (namespace.sockets().size() >= SOCKETS_PER_USER_MAX) {
            socket.turnAway("too many windows");
            return;
        }
        namespace.sockets().add(socket);
        var unused = owners.admit(new Asked(user, device, newestOf(partition)))
                .onComplete(admitted -> own.execute(() -> {
                    if (admitted.succeeded()) {
                        socket.begin(LiveChangesJson.begin("ready", newestOf(partition)));
                    } else if (isRemoval(admitted.cause())) {
                        socket.expel("this device is removed");
                    } else {
                        socket.goAway();
                    }
                }));
    }

    private static boolean isRemoval(Throwable failure) {
        return failure instanceof Problem problem && problem.reason().equals("DEVICE_REMOVED");
    }

    private void leave(String user, LiveChangesSocket socket) {
        String id = FileIds.namespaceOf(user);
        LiveNamespace namespace = namespaces.get(id);
        if (namespace != null
                && namespace.sockets().remove(socket)
                && namespace.sockets().isEmpty()) {
            namespaces.remove(id);
        }
    }

    private void take(List<NamespaceFact> facts) {
        Set<LiveNamespace> changed = new LinkedHashSet<>();
        for (NamespaceFact fact : facts) {
            newest.merge(fact.getPosition().getPartition(), fact.getPosition(), LiveChanges::later);
            LiveNamespace namespace = namespaces.get(fact.getNamespaceId());
            if (namespace != null && namespace.take(fact)) {
                changed.add(namespace);
            }
        }
        changed.forEach(LiveNamespace::tellChange);
    }

    private void tell(List<SyncEvent> events) {
        Map<String, List<SyncEvent>> byUser = events.stream()
                .collect(Collectors.groupingBy(SyncEvent::getUserNamespaceId, LinkedHashMap::new, Collectors.toList()));
        byUser.forEach((id, theirs) -> {
            LiveNamespace namespace = namespaces.get(id);
            if (namespace != null) {
                namespace.tell(theirs);
            }
        });
    }

    private static Position later(Position one, Position other) {
        return one.getOffset() < other.getOffset() ? other : one;
    }

    /** Nothing happens in a closed account's name; its sockets are told. */
    void expelClosedAccounts() {
        own.execute(() -> namespaces.values().stream()
                .filter(namespace -> closed.test(namespace.user()))
                .forEach(namespace -> namespace.expel("this account is closed")));
    }

    @Override
    public void close() {
        own.close();
    }
}
