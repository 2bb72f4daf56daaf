package dev.millrace.files.standalone.history;

import dev.millrace.standalone.history.Exchange;
import java.util.ArrayList;
import java.util.List;

/** What people outside did and saw. For many threads. */
public final class Observations {
    private final List<Exchange> commands = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>();
    private final List<UploadRead> uploads = new ArrayList<>();
    private final List<FileRead> files = new ArrayList<>();
    private final List<ChangesRead> changes = new ArrayList<>();

    /** Only a call with a key wants to change something. */
    public synchronized void called(Exchange call) {
        if (call.idempotencyKey() != null) {
            commands.add(call);
        }
    }

    public synchronized void sent(Sent upload) {
        sent.add(upload);
    }

    public synchronized void saw(UploadRead upload) {
        uploads.add(upload);
    }

    public synchronized void saw(FileRead file) {
        files.add(file);
    }

    public synchronized void saw(ChangesRead read) {
        changes.add(read);
    }

    /** Ids of what this user sent. */
    public synchronized List<String> sentBy(String user) {
        return sent.stream()
                .filter(upload -> upload.user().equals(user))
                .map(Sent::uploadId)
                .toList();
    }

    synchronized List<Exchange> commands() {
        return List.copyOf(commands);
    }

    synchronized List<Sent> sent() {
        return List.copyOf(sent);
    }

    synchronized List<UploadRead> uploads() {
        return List.copyOf(uploads);
    }

    synchronized List<FileRead> files() {
        return List.copyOf(files);
    }

    synchronized List<ChangesRead> changes() {
        return List.copyOf(changes);
    }
}
