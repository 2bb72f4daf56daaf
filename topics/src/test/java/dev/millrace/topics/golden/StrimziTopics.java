package dev.millrace.topics.golden;

import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.TopicSpec.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The catalogue as resources of the Strimzi operator, in the cluster's size. */
final class StrimziTopics {
    /** As many copies as survive the loss of one machine while another is being restarted. */
    private static final int REPLICAS = 3;

    private StrimziTopics() {}

    static String text(List<TopicSpec<?>> catalogue) {
        return "# Made from TopicCatalogue by: " + GoldenFile.COMMAND + "\n"
                + catalogue.stream()
                        .map(topic -> Yaml.document(resource(topic)))
                        .collect(Collectors.joining());
    }

    private static Map<String, Object> resource(TopicSpec<?> topic) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", topic.name());
        metadata.put("labels", Map.of("strimzi.io/cluster", "millrace"));
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("topicName", topic.name());
        spec.put("partitions", topic.partitions().of(Size.CLUSTER));
        spec.put("replicas", REPLICAS);
        spec.put("config", Settings.typed(topic.config(REPLICAS)));
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("apiVersion", "kafka.strimzi.io/v1");
        resource.put("kind", "KafkaTopic");
        resource.put("metadata", metadata);
        resource.put("spec", spec);
        return resource;
    }
}
