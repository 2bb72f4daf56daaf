package dev.millrace.topics.golden;

import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.TopicSpec.Size;
import dev.millrace.topics.TopicSpec.Timestamps;
import dev.millrace.topics.WireSerde;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** The catalogue as a page of docs/. */
final class TopicsPage {
    private TopicsPage() {}

    static String text(List<TopicSpec<?>> catalogue) {
        return """
                # Topics

                Made from `TopicCatalogue` by `%s`; `deploy/topics.yaml` and `deploy/asyncapi.yaml` come from the same place.

                A value is one byte of wire version (%d), then the protobuf message. *Keyed* topics put a record where its key
                says, so that one partition sees everything about its owner; their partition count is chosen when they are
                made and never changes. Times are the broker's (when it appended the record) where a decision depends on
                them, else the writer's.

                | topic | key | value | partitions (cluster / one machine) | kept | time |
                |---|---|---|---|---|---|
                %s

                ## Why each is there

                %s
                """.formatted(
                        GoldenFile.COMMAND,
                        WireSerde.WIRE_VERSION,
                        catalogue.stream().map(TopicsPage::row).collect(Collectors.joining("\n")),
                        catalogue.stream().map(TopicsPage::why).collect(Collectors.joining("\n")));
    }

    private static String row(TopicSpec<?> topic) {
        return "| `" + topic.name() + "` | " + topic.key().replace("<", "&lt;") + (topic.keyed() ? " (keyed)" : "")
                + " | "
                + topic.valueType().getSimpleName() + " | "
                + topic.partitions().of(Size.CLUSTER) + " / "
                + topic.partitions().of(Size.STANDALONE) + " | "
                + kept(topic) + " | "
                + (topic.timestamps() == Timestamps.LOG_APPEND_TIME ? "broker" : "writer") + " |";
    }

    private static String why(TopicSpec<?> topic) {
        return "- **`" + topic.name() + "`**: " + topic.why() + " Records of up to " + topic.recordBytesMax() / 1024
                + " KiB.";
    }

    private static String kept(TopicSpec<?> topic) {
        return switch (topic.cleanup()) {
            case COMPACT -> "the newest of each key";
            case DELETE -> topic.retention().map(TopicsPage::words).orElse("for ever");
        };
    }

    private static String words(Duration kept) {
        return kept.compareTo(Duration.ofDays(1)) < 0 ? kept.toHours() + " h" : kept.toDays() + " days";
    }
}
