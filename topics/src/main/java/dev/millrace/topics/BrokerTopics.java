package dev.millrace.topics;

import dev.millrace.topics.TopicPlan.Configure;
import dev.millrace.topics.TopicPlan.Create;
import dev.millrace.topics.TopicPlan.Found;
import dev.millrace.topics.TopicPlan.Grow;
import dev.millrace.topics.TopicPlan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topics of a running broker: compared with the catalogue, and changed as the plan says. */
public final class BrokerTopics {
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(20);

    private final Admin admin;
    private final Duration answerWithin;

    /** @param answerWithin how long the broker may take for each request */
    public BrokerTopics(Admin admin, Duration answerWithin) {
        this.admin = admin;
        this.answerWithin = answerWithin;
    }

    /** @throws KafkaException if the broker refuses or doesn't answer */
    public TopicPlan compare(List<TopicSpec<?>> catalogue, TopicSpec.Size size, int replicas) {
        return TopicPlan.of(catalogue, size, replicas, found());
    }

    /**
     * Does what the plan says and returns when the broker shows it. Applying a plan again, or two at once, makes no difference.
     *
     * @throws IllegalStateException if the plan has refusals; then nothing is changed
     * @throws KafkaException if the broker refuses or doesn't answer; what was done before stays done
     */
    public void apply(TopicPlan plan) {
        if (!plan.refusals().isEmpty()) {
            throw new IllegalStateException("topics can't be made as the catalogue has them:\n" + plan.text());
        }
        List<NewTopic> created = new ArrayList<>();
        Map<String, NewPartitions> grown = new HashMap<>();
        Map<ConfigResource, Collection<AlterConfigOp>> configured = new HashMap<>();
        for (Step step : plan.steps()) {
            if (step instanceof Create create) {
                created.add(new NewTopic(create.topic(), create.partitions(), (short) create.replicas())
                        .configs(create.config()));
            } else if (step instanceof Grow grow) {
                grown.put(grow.topic(), NewPartitions.increaseTo(grow.to()));
            } else if (step instanceof Configure configure) {
                configured.put(resource(configure.topic()), operations(configure));
            }
        }
        admin.createTopics(created).values().values().forEach(this::awaitCreation);
        await(admin.createPartitions(grown).all());
        await(admin.incrementalAlterConfigs(configured).all());
        awaitVisible(plan);
    }

    /** The controller has accepted everything; the brokers that clients ask learn it a moment later. */
    private void awaitVisible(TopicPlan plan) {
        long deadline = System.nanoTime() + answerWithin.toNanos();
        while (true) {
            Map<String, Found> found = found();
            if (plan.steps().stream().allMatch(step -> step.doneIn(found))) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new KafkaException("topics not visible on the broker within " + answerWithin);
            }
            LockSupport.parkNanos(LOOK_AGAIN_AFTER.toNanos());
        }
    }

    private Map<String, Found> found() {
        var names = await(admin.listTopics().names());
        var configs = await(
                admin.describeConfigs(names.stream().map(BrokerTopics::resource).toList())
                        .all());
        Map<String, Found> found = new HashMap<>();
        await(admin.describeTopics(names).allTopicNames()).forEach((name, topic) -> {
            Map<String, String> config = new HashMap<>();
            var described = configs.get(resource(name));
            if (described != null) {
                described.entries().forEach(entry -> config.put(entry.name(), entry.value()));
            }
            int replicas = topic.partitions().get(0).replicas().size();
            found.put(name, new Found(topic.partitions().size(), replicas, config));
        });
        return found;
    }

    private void awaitCreation(KafkaFuture<Void> creation) {
        try {
            await(creation);
        } catch (TopicExistsException e) {
            // Somebody else applied the same plan at the same time; the next comparison shows if it wasn't the same.
            return;
        }
    }

    private <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get(answerWithin.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KafkaException refused) {
                throw refused;
            }
            throw new KafkaException("broker request failed", e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("no answer from the broker within " + answerWithin, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while waiting for the broker", e);
        }
    }

    private static Collection<AlterConfigOp> operations(Configure configure) {
        return configure.changes().entrySet().stream()
                .map(change -> new AlterConfigOp(
                        new ConfigEntry(change.getKey(), change.getValue().to()), AlterConfigOp.OpType.SET))
                .toList();
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }
}
