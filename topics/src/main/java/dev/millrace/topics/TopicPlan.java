package dev.millrace.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What it takes to make a broker's topics the catalogue's: a pure comparison, which only adds. It never takes away
 * partitions, records or topics, and never changes the partition count of a keyed topic, because then keys would
 * belong to other owners than their history does.
 *
 * @param steps in the catalogue's order, then what the catalogue doesn't know
 * @param asWanted how many topics need nothing
 */
public record TopicPlan(List<Step> steps, int asWanted) {

    public TopicPlan {
        steps = List.copyOf(steps);
    }

    /** A topic as the broker has it. Its settings are the effective ones, by Kafka's names. */
    public record Found(int partitions, int replicas, Map<String, String> config) {}

    /** A setting's value on the broker and in the catalogue. */
    public record Change(String from, String to) {}

    /** One thing to do, to leave or to refuse, about one topic. */
    public sealed interface Step {
        String topic();

        /** What it is and does, for a person. */
        String text();

        /** Whether a broker with these topics has it behind it. */
        boolean doneIn(Map<String, Found> broker);
    }

    public record Create(String topic, int partitions, int replicas, SortedMap<String, String> config) implements Step {
        @Override
        public String text() {
            return "create  " + topic + ": " + partitions + (partitions == 1 ? " partition, " : " partitions, ")
                    + replicas + (replicas == 1 ? " replica, " : " replicas, ")
                    + config.entrySet().stream()
                            .map(e -> e.getKey() + "=" + e.getValue())
                            .collect(Collectors.joining(", "));
        }

        @Override
        public boolean doneIn(Map<String, Found> broker) {
            return broker.containsKey(topic);
        }
    }

    public record Configure(String topic, SortedMap<String, Change> changes) implements Step {
        @Override
        public String text() {
            return "change  " + topic + ": "
                    + changes.entrySet().stream()
                            .map(e -> e.getKey() + " " + e.getValue().from() + " -> "
                                    + e.getValue().to())
                            .collect(Collectors.joining(", "));
        }

        @Override
        public boolean doneIn(Map<String, Found> broker) {
            Found found = broker.get(topic);
            return found != null
                    && changes.entrySet().stream()
                            .allMatch(change ->
                                    change.getValue().to().equals(found.config().get(change.getKey())));
        }
    }

    /** More partitions for a topic whose keys don't decide the partition. */
    public record Grow(String topic, int from, int to) implements Step {
        @Override
        public String text() {
            return "grow    " + topic + ": partitions " + from + " -> " + to;
        }

        @Override
        public boolean doneIn(Map<String, Found> broker) {
            Found found = broker.get(topic);
            return found != null && found.partitions() >= to;
        }
    }

    /** A difference that nothing here acts on and that does no harm. */
    public record Leave(String topic, String why) implements Step {
        @Override
        public String text() {
            return "leave   " + topic + ": " + why;
        }

        @Override
        public boolean doneIn(Map<String, Found> broker) {
            return true;
        }
    }

    /** A difference that must be resolved by a person before anything is applied. */
    public record Refuse(String topic, String why) implements Step {
        @Override
        public String text() {
            return "refuse  " + topic + ": " + why;
        }

        @Override
        public boolean doneIn(Map<String, Found> broker) {
            return false;
        }
    }

    /** @param broker every topic there is on the broker, by name */
    public static TopicPlan of(
            List<TopicSpec<?>> catalogue, TopicSpec.Size size, int replicas, Map<String, Found> broker) {
        List<Step> steps = new ArrayList<>();
        int asWanted = 0;
        for (TopicSpec<?> spec : catalogue) {
            Found found = broker.get(spec.name());
            List<Step> needed = found == null
                    ? List.of(new Create(spec.name(), spec.partitions().of(size), replicas, spec.config(replicas)))
                    : differences(spec, size, replicas, found);
            steps.addAll(needed);
            asWanted += needed.isEmpty() ? 1 : 0;
        }
        steps.addAll(unlisted(catalogue, broker.keySet()));
        return new TopicPlan(steps, asWanted);
    }

    /** Whether applying it would do anything. */
    public boolean changesNothing() {
        return steps.stream().allMatch(Leave.class::isInstance);
    }

    /** What stands in the way of applying it; empty means it can be applied. */
    public List<Refuse> refusals() {
        return steps.stream()
                .filter(Refuse.class::isInstance)
                .map(Refuse.class::cast)
                .toList();
    }

    /** One line a step, then a line that counts the topics that need nothing. */
    public String text() {
        return steps.stream().map(step -> step.text() + "\n").collect(Collectors.joining()) + "as wanted: " + asWanted
                + (asWanted == 1 ? " topic\n" : " topics\n");
    }

    private static List<Step> differences(TopicSpec<?> spec, TopicSpec.Size size, int replicas, Found found) {
        List<Step> steps = new ArrayList<>();
        String topic = spec.name();
        int wanted = spec.partitions().of(size);
        if (found.partitions() != wanted && spec.keyed()) {
            steps.add(new Refuse(
                    topic,
                    found.partitions() + " partitions (expected: " + wanted + "). Its key decides the partition, so"
                            + " another count would give keys to owners that don't have their history. Keep the count"
                            + " it was made with, or copy it into a new topic"));
        } else if (found.partitions() < wanted) {
            steps.add(new Grow(topic, found.partitions(), wanted));
        } else if (found.partitions() > wanted) {
            steps.add(new Leave(topic, found.partitions() + " partitions are more than " + wanted + ", never shrunk"));
        }
        if (found.replicas() != replicas) {
            steps.add(new Leave(
                    topic,
                    "replicas " + found.replicas() + " (expected: " + replicas + "), moved by reassignment only"));
        }
        SortedMap<String, Change> changes = new TreeMap<>();
        // Judged by the replicas there are: asking two of one to be in sync would stop all writing.
        spec.config(found.replicas()).forEach((setting, to) -> {
            String from = found.config().getOrDefault(setting, "unset");
            if (from.equals(to)) {
                return;
            }
            if (losesRecords(setting, from, to)) {
                steps.add(new Refuse(
                        topic,
                        setting + " " + from + " -> " + to + " would lose or refuse records kept so far; change"
                                + " it by hand if that is meant"));
            } else {
                changes.put(setting, new Change(from, to));
            }
        });
        if (!changes.isEmpty()) {
            steps.add(new Configure(topic, changes));
        }
        return steps;
    }

    private static boolean losesRecords(String setting, String from, String to) {
        return switch (setting) {
            case "cleanup.policy" -> true;
            case "retention.ms" -> kept(to).compareTo(kept(from)) < 0;
            case "max.message.bytes" -> Long.parseLong(to) < Long.parseLong(from);
            default -> false;
        };
    }

    private static Duration kept(String retentionMillis) {
        long millis = Long.parseLong(retentionMillis);
        return Duration.ofMillis(millis < 0 ? Long.MAX_VALUE : millis);
    }

    /**
     * Topics with a product's prefix that the catalogue doesn't have: an older build's, or a newer one's. What Kafka
     * Streams makes for itself is no difference.
     */
    private static List<Step> unlisted(List<TopicSpec<?>> catalogue, Set<String> onBroker) {
        Set<String> listed = catalogue.stream().map(TopicSpec::name).collect(Collectors.toSet());
        Set<String> prefixes = listed.stream()
                .map(name -> name.substring(0, name.indexOf('.') + 1))
                .collect(Collectors.toSet());
        return new TreeSet<>(onBroker)
                .stream()
                        .filter(name -> !listed.contains(name))
                        .filter(name -> !name.endsWith("-changelog") && !name.endsWith("-repartition"))
                        .filter(name -> prefixes.stream().anyMatch(name::startsWith))
                        .<Step>map(name -> new Leave(name, "not in the catalogue, never deleted unasked"))
                        .toList();
    }
}
