package dev.millrace.files.ingest;

import dev.millrace.files.topics.FilesTopics;
import dev.millrace.ingest.CommandDesk;
import dev.millrace.ingest.CommandRoutes;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.StateClient;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Predicate;

/** Everything files bring to ingest. */
public final class FilesIngest implements AutoCloseable {
    /** Command topics that the routes write to. */
    public static final List<TopicSpec<?>> TOPICS = List.of(FilesTopics.NAMESPACE_COMMANDS);

    private final CommandDesk desk;
    private final StateClient state;
    private final Predicate<String> closed;
    private final UploadStore store;

    /** @param closed whether a user's account is closed */
    public FilesIngest(
            CommandDesk desk, StateClient state, Vertx vertx, UploadSettings uploads, Predicate<String> closed) {
        this.desk = desk;
        this.state = state;
        this.closed = closed;
        this.store = new UploadStore(vertx, uploads);
    }

    public void addTo(CommandRoutes routes) {
        NamespaceOwners owners = new NamespaceOwners(state);
        NamespaceDesk namespaces = new NamespaceDesk(desk, owners);
        new FileRoutes(namespaces, store).addTo(routes);
        new UploadRoutes(namespaces, owners, store).addTo(routes);
        new ShareRoutes(namespaces, owners, closed).addTo(routes);
        new DeviceRoutes(namespaces).addTo(routes);
    }

    @Override
    public void close() {
        store.close();
    }
}
