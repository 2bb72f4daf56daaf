package dev.millrace.standalone;

import dev.millrace.topics.BrokerTopics;
import dev.millrace.topics.TopicCatalogue;
import dev.millrace.topics.TopicPlan;
import dev.millrace.topics.TopicSpec;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** The catalogue's topics on this machine's broker. */
public final class Topics {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final int REPLICAS = 1;

    private Topics() {}

    /** What applying the catalogue would do. */
    public static TopicPlan plan(String bootstrap) {
        try (Admin admin = admin(bootstrap)) {
            return compare(new BrokerTopics(admin, ANSWER_WITHIN));
        }
    }

    /** Makes the topics as the catalogue has them; says what it did. */
    public static TopicPlan apply(String bootstrap) {
        try (Admin admin = admin(bootstrap)) {
            BrokerTopics topics = new BrokerTopics(admin, ANSWER_WITHIN);
            TopicPlan plan = compare(topics);
            topics.apply(plan);
            return plan;
        }
    }

    private static TopicPlan compare(BrokerTopics topics) {
        return topics.compare(TopicCatalogue.ALL, TopicSpec.Size.STANDALONE, REPLICAS);
    }

    private static Admin admin(String bootstrap) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                AdminClientConfig.CLIENT_ID_CONFIG,
                "millrace-launcher-topics"));
    }
}
