package dev.millrace.feed.serving;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowingView;
import dev.millrace.feed.topics.v1.ListQuestion;
import dev.millrace.serving.OwnerAnswers.Said;
import dev.millrace.topics.Owners;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Whose posts readers see. A list is read from its owner in parts, all of one version; once read, by this process or by
 * another that put it into the cache, it is only asked whether it still is the newest. Whoever wants a list that is being
 * read waits for it, and asks likewise.
 */
final class Followings {
    /** About 60 bytes each: 60 MB. */
    private static final long AUTHORS_KEPT_MAX = 1_000_000;

    private static final int ATTEMPTS_MAX = 10;
    /** So many others are waited for. */
    private static final int SHARED_READS_MAX = 2;

    /** A list with an edge that wasn't acknowledged is read again after so long: that changes no version. */
    private static final long ACKNOWLEDGED_WITHIN_MILLIS = 2_000;

    private final ReaderLists owners;
    private final Optional<FeedCache> cache;
    private final InstantSource clock;
    private final Cache<String, Known> known = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumWeight(AUTHORS_KEPT_MAX)
            .weigher((String reader, Known known) -> known.list().authors())
            .build();

    /** The lists that are being read: each is there once, however many want it. */
    private final Map<Reading, Future<Following>> underWay = new ConcurrentHashMap<>();

    private record Known(Following list, long readAtMillis) {}

    /** @param bookVersion 0 for one of which nothing is known */
    private record Reading(String readerId, long bookVersion) {}

    Followings(ReaderLists owners, Optional<FeedCache> cache, InstantSource clock) {
        this.owners = owners;
        this.cache = cache;
        this.clock = clock;
    }

    Future<Following> of(String readerId, int partitions, Asked asked) {
        return of(readerId, partitions, asked, ATTEMPTS_MAX);
    }

    private Future<Following> of(String readerId, int partitions, Asked asked, int attemptsLeft) {
        return known(readerId, partitions).compose(before -> {
            if (before.isPresent()) {
                return now(before.get(), readerId, partitions, asked, attemptsLeft);
            }
            Supplier<Future<Following>> read = () -> read(new Collected(readerId, partitions), asked, attemptsLeft);
            // Nobody waits for what only somebody else has seen.
            return asked.positions().isEmpty()
                    ? shared(
                            new Reading(readerId, 0),
                            read,
                            list -> now(list, readerId, partitions, asked, attemptsLeft))
                    : read.get();
        });
    }

    /** The list, of which this is what was read before. */
    private Future<Following> now(Following before, String readerId, int partitions, Asked asked, int attemptsLeft) {
        Collected collected = new Collected(readerId, partitions);
        return part(collected, before.bookVersion(), asked).compose(view -> {
            if (view.getUnchanged()) {
                return Future.succeededFuture(before.at(view.getPosition()));
            }
            if (!view.getMore()) {
                return rest(collected, view, asked, attemptsLeft);
            }
            return shared(
                    new Reading(readerId, view.getBookVersion()),
                    () -> rest(collected, view, asked, attemptsLeft),
                    list -> list.bookVersion() == view.getBookVersion()
                            ? Future.succeededFuture(list.at(view.getPosition()))
                            : again(collected, asked, attemptsLeft));
        });
    }

    private Future<Following> read(Collected collected, Asked asked, int attemptsLeft) {
        return part(collected, 0, asked).compose(view -> rest(collected, view, asked, attemptsLeft));
    }

    private Future<Following> again(Collected collected, Asked asked, int attemptsLeft) {
        return attemptsLeft > 1
                ? read(new Collected(collected.readerId, collected.partitions), asked, attemptsLeft - 1)
                : Future.failedFuture(FeedOwners.unavailable());
    }

    /**
     * Reads a list, or waits for whoever is reading it. If that one can't, as nobody answers, nobody else tries: all who
     * wait would ask at once. If it fails for what that one has seen, one of them reads for all, and once only.
     *
     * @param others makes of a list that was read for somebody else what is wanted here
     */
    private Future<Following> shared(
            Reading reading, Supplier<Future<Following>> read, Function<Following, Future<Following>> others) {
        return shared(reading, read, others, SHARED_READS_MAX);
    }

    private Future<Following> shared(
            Reading reading,
            Supplier<Future<Following>> read,
            Function<Following, Future<Following>> others,
            int readsLeft) {
        Promise<Following> mine = Promise.promise();
        Future<Following> running = underWay.putIfAbsent(reading, mine.future());
        if (running != null) {
            return running.transform(ended -> {
                if (ended.succeeded()) {
                    return others.apply(ended.result());
                }
                return readsLeft > 1 && !FeedOwners.isUnavailable(ended.cause())
                        ? shared(reading, read, others, readsLeft - 1)
                        : Future.failedFuture(FeedOwners.unavailable());
            });
        }
        read.get().onComplete(ended -> {
            underWay.remove(reading);
            mine.handle(ended);
        });
        return mine.future();
    }

    /** As it was read last, here or elsewhere. */
    private Future<Optional<Following>> known(String readerId, int partitions) {
        Optional<Following> here = current(readerId);
        if (here.isPresent() || cache.isEmpty()) {
            return Future.succeededFuture(here);
        }
        return cache.get()
                .get(key(readerId), FollowingView.parser())
                .map(found -> found.map(view -> {
                    Collected collected = new Collected(readerId, partitions);
                    collected.add(view);
                    Following list = collected.following(view);
                    known.put(readerId, new Known(list, clock.millis()));
                    return list;
                }));
    }

    private Optional<Following> current(String readerId) {
        Known found = known.getIfPresent(readerId);
        if (found == null) {
            return Optional.empty();
        }
        boolean waits = !found.list().acknowledgement().whole();
        return waits && clock.millis() - found.readAtMillis() > ACKNOWLEDGED_WITHIN_MILLIS
                ? Optional.empty()
                : Optional.of(found.list());
    }

    private static String key(String readerId) {
        return "list/" + readerId;
    }

    /** Reads on until the end; from the beginning if the list changes meanwhile. */
    private Future<Following> rest(Collected collected, FollowingView view, Asked asked, int attemptsLeft) {
        collected.add(view);
        if (!view.getMore()) {
            Following read = collected.following(view);
            known.put(collected.readerId, new Known(read, clock.millis()));
            if (read.acknowledgement().whole()) {
                cache.ifPresent(c -> c.put(key(collected.readerId), collected.view(view)));
            }
            return Future.succeededFuture(read);
        }
        return part(collected, 0, asked).compose(next -> {
            if (next.getBookVersion() == view.getBookVersion()) {
                return rest(collected, next, asked, attemptsLeft);
            }
            return again(collected, asked, attemptsLeft);
        });
    }

    private Future<FollowingView> part(Collected collected, long knownVersion, Asked asked) {
        ListQuestion question = ListQuestion.newBuilder()
                .setAfter(collected.last)
                .setLimit(FeedQueries.USERS_MAX)
                .setKnownVersion(knownVersion)
                .build();
        return owners.following(collected.readerId, question, asked)
                .map(Said::value)
                .map(view -> view.orElseThrow(FeedOwners::unavailable));
    }

    /** The parts of one list that have been read. */
    private static final class Collected {
        private final String readerId;
        private final int partitions;
        private final Map<Integer, List<Author>> byPartition = new HashMap<>();
        private final Map<Integer, List<Author>> hidden = new HashMap<>();
        private final Map<Integer, Long> acknowledgedUpTo = new HashMap<>();
        private String last = "";
        private int authors;
        private boolean acknowledged = true;
        private final List<FollowingView> parts = new ArrayList<>();

        Collected(String readerId, int partitions) {
            this.readerId = readerId;
            this.partitions = partitions;
            see(new Author(readerId, Author.NEVER_PUSHED));
        }

        void add(FollowingView view) {
            parts.add(view);
            Set<Integer> unseen = new HashSet<>(view.getHiddenList());
            for (int i = 0; i < view.getEdgesCount(); i++) {
                FollowEdge edge = view.getEdges(i);
                last = edge.getAuthorId();
                Author author = new Author(edge.getAuthorId(), pushedSince(edge));
                if (unseen.contains(i)) {
                    put(hidden, author);
                } else {
                    see(author);
                }
            }
        }

        private long pushedSince(FollowEdge edge) {
            acknowledged &= edge.getAcknowledged();
            if (!edge.getAcknowledged() || edge.getAcknowledgedPostId() == 0) {
                return Author.NEVER_PUSHED;
            }
            acknowledgedUpTo.merge(partitionOf(edge.getAuthorId()), edge.getAcknowledgedPostId(), Math::max);
            return edge.getVersion();
        }

        private void see(Author author) {
            put(byPartition, author);
            authors++;
        }

        private void put(Map<Integer, List<Author>> list, Author author) {
            list.computeIfAbsent(partitionOf(author.id()), p -> new ArrayList<>())
                    .add(author);
        }

        private int partitionOf(String authorId) {
            return Owners.partitionOf(authorId, partitions);
        }

        /** All parts as one view, of the version of this one. */
        FollowingView view(FollowingView last) {
            FollowingView.Builder all =
                    last.toBuilder().clearEdges().clearHidden().clearMore();
            for (FollowingView part : parts) {
                int before = all.getEdgesCount();
                part.getHiddenList().forEach(place -> all.addHidden(before + place));
                all.addAllEdges(part.getEdgesList());
            }
            return all.build();
        }

        Following following(FollowingView view) {
            return new Following(
                    view.getBookVersion(),
                    view.getOrdinal(),
                    view.getPosition(),
                    byPartition,
                    hidden,
                    authors,
                    new Following.Acknowledgement(acknowledged, acknowledgedUpTo));
        }
    }
}
