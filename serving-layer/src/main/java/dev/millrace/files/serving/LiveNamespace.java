package dev.millrace.files.serving;

import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.Device;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.SyncEvent;
import dev.millrace.topics.v1.Position;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The namespace of one user with live sockets: how far they have been told of it, and of those of which something is
 * shared with the user. Belongs to one thread.
 */
final class LiveNamespace {
    private final String user;
    private final String id;
    private final Set<LiveChangesSocket> sockets = new LinkedHashSet<>();
    /** Of the newest fact that was taken; 0 before the first. */
    private long sequence;

    private Position position = Position.getDefaultInstance();
    /** Of the newest event that was taken, by the namespace it is of: others', which share something. */
    private final Map<String, Long> shared = new HashMap<>();

    LiveNamespace(String user) {
        this.user = user;
        this.id = FileIds.namespaceOf(user);
    }

    String user() {
        return user;
    }

    Set<LiveChangesSocket> sockets() {
        return sockets;
    }

    /**
     * Tells of shares at once, and of changes only when asked to.
     *
     * @return whether there is something to tell
     */
    boolean take(NamespaceFact fact) {
        if (fact.getSequence() <= sequence) {
            return false;
        }
        boolean gap = sequence != 0 && fact.getSequence() > sequence + 1;
        sequence = fact.getSequence();
        position = fact.getPosition();
        if (gap) {
            sockets.forEach(LiveChangesSocket::miss);
        }
        if (fact.hasReceivedShare()) {
            String text = LiveChangesJson.share(fact.getReceivedShare(), position);
            sockets.forEach(socket -> socket.tellShare(text));
        }
        if (fact.hasDevice()) {
            take(fact.getDevice());
        }
        return true;
    }

    private void take(Device device) {
        if (device.getRemovedAtMillis() != 0) {
            sockets.stream()
                    .filter(socket -> socket.isOf(device.getDeviceId()))
                    .forEach(socket -> socket.expel("this device is removed"));
        }
    }

    /** Once for all facts that were taken since. */
    void tellChange() {
        String text = LiveChangesJson.changed(id, sequence, position);
        sockets.forEach(socket -> socket.tellChange(id, text));
    }

    /** Of what others share with the user: once for all events of a namespace. */
    void tell(List<SyncEvent> events) {
        Map<String, SyncEvent> newest = new HashMap<>();
        for (SyncEvent event : events) {
            // The user's own is told of by its facts, which are here sooner.
            if (!event.getNamespaceId().equals(id) && isNews(event)) {
                newest.put(event.getNamespaceId(), event);
            }
        }
        newest.forEach((namespace, event) -> {
            long upTo = event.getChange().getSequence();
            String text = LiveChangesJson.changed(namespace, upTo, event.getPosition());
            sockets.forEach(socket -> socket.tellChange(namespace, text));
        });
    }

    /** A job that began anew tells everything again. */
    private boolean isNews(SyncEvent event) {
        long upTo = event.getChange().getSequence();
        boolean news = upTo > shared.getOrDefault(event.getNamespaceId(), 0L);
        if (news) {
            shared.put(event.getNamespaceId(), upTo);
        }
        return news;
    }

    void expel(String why) {
        sockets.forEach(socket -> socket.expel(why));
    }
}
