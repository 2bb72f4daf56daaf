package dev.millrace.files.serving;

import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.Device;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.topics.v1.Position;
import java.util.LinkedHashSet;
import java.util.Set;

/** The namespace of one user with live sockets: how far they have been told of it. Belongs to one thread. */
final class LiveNamespace {
    private final String user;
    private final String id;
    private final Set<LiveChangesSocket> sockets = new LinkedHashSet<>();
    /** Of the newest fact that was taken; 0 before the first. */
    private long sequence;

    private Position position = Position.getDefaultInstance();

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
        sockets.forEach(socket -> socket.tellChange(text));
    }

    void expel(String why) {
        sockets.forEach(socket -> socket.expel(why));
    }
}
