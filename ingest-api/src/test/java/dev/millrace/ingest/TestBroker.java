package dev.millrace.ingest;

import dev.millrace.topics.BrokerTopics;
import dev.millrace.topics.TopicCatalogue;
import dev.millrace.topics.TopicSpec;
import java.time.Duration;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** A real broker in this JVM, on a port of its own. */
public final class TestBroker implements AutoCloseable {
    private final KafkaClusterTestKit kit;

    private TestBroker(KafkaClusterTestKit kit) {
        this.kit = kit;
    }

    public static TestBroker start() throws Exception {
        var kit = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                        .setCombined(true)
                        .setNumBrokerNodes(1)
                        .setNumControllerNodes(1)
                        .build())
                .setConfigProp("auto.create.topics.enable", "false")
                .build();
        kit.format();
        kit.startup();
        kit.waitForReadyBrokers();
        return new TestBroker(kit);
    }

    /** Makes all topics of the catalogue. */
    public void makeTopics() {
        try (var admin = kit.admin()) {
            BrokerTopics topics = new BrokerTopics(admin, Duration.ofSeconds(30));
            topics.apply(topics.compare(TopicCatalogue.ALL, TopicSpec.Size.STANDALONE, 1));
        }
    }

    public String address() {
        return kit.bootstrapServers();
    }

    @Override
    public void close() {
        try {
            kit.close();
        } catch (Exception e) {
            throw new IllegalStateException("the test's broker doesn't stop", e);
        }
    }
}
