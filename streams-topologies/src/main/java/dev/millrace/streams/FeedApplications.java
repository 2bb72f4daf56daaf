package dev.millrace.streams;

import dev.millrace.feed.rules.fanout.Heat;
import dev.millrace.feed.streams.AudienceTopology;
import dev.millrace.feed.streams.FanOutSettings;
import dev.millrace.feed.streams.FollowRelay;
import dev.millrace.feed.streams.FollowTopology;
import dev.millrace.feed.streams.PostTopology;
import dev.millrace.feed.streams.timeline.TimelineMeters;
import dev.millrace.feed.streams.timeline.TimelineSettings;
import dev.millrace.feed.streams.timeline.TimelineTopology;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.TopicSpec;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.Executors;

/** The feed's applications: one per log, and the relay between owners. */
final class FeedApplications {
    private static final String RELAY = "millrace-feed-relay";

    private final StreamsSettings settings;
    private final MeterRegistry metrics;

    FeedApplications(StreamsSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        this.metrics = metrics;
    }

    /** Topics without which none of it can start. */
    static List<String> topics() {
        return FeedTopics.ALL.stream().map(TopicSpec::name).toList();
    }

    List<StreamsApplication.Plan> plans() {
        return List.of(posts(), follows(), audience(), timelines());
    }

    private StreamsApplication.Plan posts() {
        OwnedPartitions owned = new OwnedPartitions();
        PostTopology posts = new PostTopology(owned, new DecisionMeters(metrics, FeedTopics.POSTS));
        return new StreamsApplication.Plan(
                "millrace-posts",
                FeedTopics.POST_COMMANDS,
                false,
                PostTopology.STORE,
                settings.threads(),
                owned,
                posts.reader(),
                posts::addTo);
    }

    private StreamsApplication.Plan follows() {
        OwnedPartitions owned = new OwnedPartitions();
        FollowTopology follows = new FollowTopology(owned, new DecisionMeters(metrics, FeedTopics.FOLLOWS));
        return new StreamsApplication.Plan(
                "millrace-follows",
                FeedTopics.FOLLOW_COMMANDS,
                false,
                FollowTopology.STORE,
                settings.threads(),
                owned,
                follows.reader(),
                follows::addTo);
    }

    private StreamsApplication.Plan audience() {
        OwnedPartitions owned = new OwnedPartitions();
        long hotFrom = settings.feedHotFrom();
        AudienceTopology audience =
                new AudienceTopology(owned, FanOutSettings.of(new Heat(hotFrom, Math.max(1, hotFrom * 4 / 5))));
        return new StreamsApplication.Plan(
                "millrace-audience",
                FeedTopics.AUDIENCE_CHANGES,
                true,
                AudienceTopology.STORE,
                settings.threads(),
                owned,
                audience.reader(),
                audience::addTo);
    }

    /** At least once: a page taken in again changes nothing, and an unclean exit keeps the snapshots. */
    private StreamsApplication.Plan timelines() {
        OwnedPartitions owned = new OwnedPartitions();
        TimelineTopology timelines = new TimelineTopology(
                owned,
                new TimelineSettings(settings.timelineReadersMax(), settings.timelineSnapshotEvery()),
                Executors.newSingleThreadExecutor(FeedApplications::snapshots),
                new TimelineMeters(metrics));
        return new StreamsApplication.Plan(
                "millrace-timelines",
                FeedTopics.TIMELINE_PAGES,
                true,
                TimelineTopology.STORE,
                settings.threads(),
                owned,
                timelines.reader(),
                timelines::addTo,
                false);
    }

    private static Thread snapshots(Runnable task) {
        Thread thread = new Thread(task, "timeline-snapshots");
        thread.setDaemon(true);
        return thread;
    }

    CommandRelay relay(CommandProducer producer, Runnable onFailure) {
        return CommandRelay.open(
                settings,
                RELAY,
                producer,
                List.of(
                        new CommandRelay.Route<>(
                                FeedTopics.AUDIENCE_FACTS,
                                FeedTopics.FOLLOW_COMMANDS,
                                fact -> FollowRelay.acknowledgement(fact).stream()
                                        .toList(),
                                FollowCommand::getReaderId),
                        new CommandRelay.Route<>(
                                FeedTopics.FOLLOW_FACTS,
                                FeedTopics.FOLLOW_COMMANDS,
                                fact -> FollowRelay.block(fact).stream().toList(),
                                FollowCommand::getReaderId)),
                onFailure);
    }
}
