package dev.millrace.files.simulation;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.v1.NamespaceCommand;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A content that a device is sending. */
final class Sending {
    final Owner to;
    final FileId upload;
    final NamespaceCommand start;
    final byte[] content;
    final boolean honest;
    /** Declares what its version before has, and sends the rest only. */
    boolean declares;

    Stage stage = Stage.STARTING;
    /** Parts or bundles that were sent, as far as the device knows. */
    final Set<Integer> sent = new HashSet<>();
    /** Chunks of each bundle that is to be sent; empty before it is declared. */
    List<List<Integer>> bundles = List.of();

    boolean declared;

    /** How far it is. */
    enum Stage {
        STARTING,
        OPEN,
        COMPLETING,
        CANCELLING,
        OVER
    }

    Sending(Owner to, FileId upload, NamespaceCommand start, byte[] content, boolean honest, boolean declares) {
        this.to = to;
        this.upload = upload;
        this.start = start;
        this.content = content;
        this.honest = honest;
        this.declares = declares;
    }

    /** The device forgets what isn't on its disk. */
    void crash() {
        sent.clear();
        bundles = List.of();
        declared = false;
    }
}
