package dev.millrace.feed.serving;

import dev.millrace.feed.serving.EdgeTables.Edge;
import dev.millrace.feed.serving.EdgeTables.Side;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowersView;
import dev.millrace.feed.topics.v1.FollowingView;
import dev.millrace.feed.topics.v1.ListQuestion;
import dev.millrace.serving.OwnerAnswers.Said;
import dev.millrace.serving.StoreWork;
import dev.millrace.topics.Owners;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Pages of who follows whom, from Cassandra: for when no owner answers. What a reader follows is right as of the position
 * it states; an author's followers are those of some moment of each partition of readers, after which nobody here has heard
 * of another one.
 */
final class FollowArchive {
    /** Where a partition of which nothing is in is. */
    static final long NOWHERE = -1;

    private final EdgeTables tables;
    private final StoreWork work;
    private final BiPredicate<String, Map<Integer, Long>> isNews;

    /** @param isNews whether more is known of an author's followers than what is in as of these offsets by partition */
    FollowArchive(EdgeTables tables, StoreWork work, BiPredicate<String, Map<Integer, Long>> isNews) {
        this.tables = tables;
        this.work = work;
        this.isNews = isNews;
        work.rehearse(() -> {
            tables.place(0);
            return tables.months(Side.FOLLOWING, "nobody");
        });
    }

    /** Without what is hidden, and without a version: for lists, not for feeds. */
    Future<Said<FollowingView>> following(String readerId, ListQuestion question, int partitions, Asked asked) {
        return work.call(() -> {
            int partition = Owners.partitionOf(readerId, partitions);
            Position position = Position.newBuilder()
                    .setLog(FeedTopics.FOLLOWS)
                    .setPartition(partition)
                    .setOffset(tables.place(partition).position())
                    .build();
            if (!asked.isIncludedIn(position)) {
                throw FeedOwners.unavailable();
            }
            long at = position.getOffset();
            List<Edge> page = page(Side.FOLLOWING, readerId, question, edge -> edge.wasThereAt(at));
            FollowingView.Builder view = FollowingView.newBuilder()
                    .setMore(page.size() > question.getLimit())
                    .setPosition(position);
            page.stream()
                    .limit(question.getLimit())
                    .forEach(edge -> view.addEdges(FollowEdge.newBuilder()
                            .setAuthorId(edge.otherId())
                            .setVersion(edge.version())
                            .setSinceMillis(edge.sinceMillis())));
            return new Said<>(Optional.of(view.build()), false, Optional.of(position), 0);
        });
    }

    /** Without their number. */
    Future<Said<FollowersView>> followers(String authorId, ListQuestion question) {
        return work.call(() -> {
            Map<Integer, Long> positions = tables.positions();
            if (isNews.test(authorId, positions)) {
                throw FeedOwners.unavailable();
            }
            List<Edge> page = page(
                    Side.FOLLOWERS,
                    authorId,
                    question,
                    edge -> edge.wasThereAt(positions.getOrDefault(edge.readerPartition(), NOWHERE)));
            FollowersView.Builder view = FollowersView.newBuilder().setMore(page.size() > question.getLimit());
            page.stream()
                    .limit(question.getLimit())
                    .forEach(edge -> view.addPage(FollowersView.Follower.newBuilder()
                            .setReaderId(edge.otherId())
                            .setSinceMillis(edge.sinceMillis())));
            return new Said<>(Optional.of(view.build()), false, Optional.empty(), 0);
        });
    }

    /** One more than wanted if there are more, in the order of ids, from the months' lists that are each in that order. */
    private List<Edge> page(Side side, String userId, ListQuestion question, Predicate<Edge> isThere) {
        int wanted = question.getLimit() + 1;
        List<Ahead> months = new ArrayList<>();
        for (String month : tables.months(side, userId)) {
            Iterator<Edge> edges = tables.edges(side, userId, month, question.getAfter(), wanted)
                    .iterator();
            months.add(new Ahead(edges, isThere));
        }
        List<Edge> page = new ArrayList<>();
        while (page.size() < wanted) {
            Ahead least = null;
            for (Ahead month : months) {
                if (month.next != null
                        && (least == null
                                || least.next == null
                                || ListRoutes.BY_BYTES.compare(month.next.otherId(), least.next.otherId()) < 0)) {
                    least = month;
                }
            }
            if (least == null || least.next == null) {
                return page;
            }
            page.add(least.next);
            least.advance();
        }
        return page;
    }

    /** The edges of a month, the next one that is there in hand. */
    private static final class Ahead {
        private final Iterator<Edge> edges;
        private final Predicate<Edge> isThere;
        private @Nullable Edge next;

        Ahead(Iterator<Edge> edges, Predicate<Edge> isThere) {
            this.edges = edges;
            this.isThere = isThere;
            advance();
        }

        private void advance() {
            next = null;
            while (edges.hasNext() && next == null) {
                Edge edge = edges.next();
                next = isThere.test(edge) ? edge : null;
            }
        }
    }
}
