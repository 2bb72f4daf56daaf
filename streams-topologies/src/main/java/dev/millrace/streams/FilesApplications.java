package dev.millrace.streams;

import dev.millrace.files.streams.NamespaceTopology;
import dev.millrace.files.streams.ShareRelay;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.TopicSpec;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** The files' application, and the relay between owners of namespaces. */
final class FilesApplications {
    private static final String RELAY = "millrace-files-relay";

    private final StreamsSettings settings;
    private final MeterRegistry metrics;

    FilesApplications(StreamsSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        this.metrics = metrics;
    }

    /** Topics without which none of it can start. */
    static List<String> topics() {
        return FilesTopics.ALL.stream().map(TopicSpec::name).toList();
    }

    /** @param producer of reminders */
    List<StreamsApplication.Plan> plans(CommandProducer producer) {
        OwnedPartitions owned = new OwnedPartitions();
        NamespaceTopology namespaces = new NamespaceTopology(
                owned,
                reminder -> {
                    var unused = producer.send(FilesTopics.NAMESPACE_COMMANDS, reminder.getNamespaceId(), reminder);
                },
                new DecisionMeters(metrics, FilesTopics.NAMESPACES));
        return List.of(new StreamsApplication.Plan(
                "millrace-namespaces",
                FilesTopics.NAMESPACE_COMMANDS,
                false,
                NamespaceTopology.STORE,
                settings.threads(),
                owned,
                namespaces.reader(),
                namespaces::addTo));
    }

    CommandRelay relay(CommandProducer producer, Runnable onFailure) {
        return CommandRelay.open(
                settings,
                RELAY,
                producer,
                List.of(new CommandRelay.Route<>(
                        FilesTopics.NAMESPACE_FACTS,
                        FilesTopics.NAMESPACE_COMMANDS,
                        ShareRelay::received,
                        NamespaceCommand::getNamespaceId)),
                onFailure);
    }
}
