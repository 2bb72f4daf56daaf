package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.serving.LongTimelines.Link;
import dev.millrace.feed.serving.LongTimelines.Timeline;
import dev.millrace.feed.topics.v1.AuthorMode;
import dev.millrace.feed.topics.v1.EvictedBlock;
import dev.millrace.feed.topics.v1.NotPushed;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.TimelineEntries;
import dev.millrace.feed.topics.v1.TimelineQuestion;
import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.feed.topics.v1.TimelineView;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * All that a reader's page depends on, in one thread and each part as late as it likes: owners of posts, the reader's
 * owner, the authors' side with authors who become hot and cool, and two timelines, one of them a standby.
 */
final class PushedWorld implements ReaderTimelines, LongTimelines.Blocks {
    static final String READER = "m-reader";
    private static final int ORDINAL = 5;

    final List<String> authors =
            IntStream.range(0, 24).mapToObj(i -> (char) ('a' + i) + "-author").toList();
    final ChangingOutboxes outboxes;
    final HotAuthors hot = new HotAuthors();
    /** How the reader's list was, after each command. */
    private final List<Book> books = new ArrayList<>(List.of(new Book(0, Map.of(), Set.of())));

    private final Random random;
    private final AuthorsSide[] sides = new AuthorsSide[ChangingOutboxes.PARTITIONS];
    private final List<TimelineRecord> pages = new ArrayList<>();
    private final Deque<EvictedBlock> evicted = new ArrayDeque<>();
    /** What has left the owner's timeline, as far as it is written. */
    private final List<EvictedBlock> blocks = new ArrayList<>();

    private final ModelTimeline owner = new ModelTimeline(ORDINAL, evicted::add);
    private final ModelTimeline standby = new ModelTimeline(ORDINAL, nobodyNeedsItTwice -> {});
    private int ownerAt;
    private int standbyAt;
    boolean away;
    int timelinesAsked;

    /** @param acknowledged 0 until it is */
    private record Edge(long version, long acknowledged) {}

    private record Book(long version, Map<String, Edge> edges, Set<String> hidden) {}

    private sealed interface Event {}

    private record Made(Post post) implements Event {}

    private record Changed(String author, boolean added, long version, long offset) implements Event {}

    PushedWorld(long seed) {
        random = new Random(seed);
        List<String> posting = new ArrayList<>(authors);
        posting.add(READER);
        outboxes = new ChangingOutboxes(seed, posting, 0, false);
        outboxes.staleOfTen = 1;
        for (int p = 0; p < sides.length; p++) {
            sides[p] = new AuthorsSide(p);
        }
        outboxes.whenMade = post -> sideOf(post.getAuthorId()).events.add(new Made(post));
    }

    /** Something happens somewhere. */
    void step() {
        switch (random.nextInt(16)) {
            case 0, 1 -> outboxes.change();
            case 2 -> sides[random.nextInt(sides.length)].tellModes();
            case 3, 4 -> ownerAt = apply(owner, ownerAt, random.nextInt(12));
            case 5 -> writeBlocks(random.nextInt(12));
            case 6 -> standbyAt = apply(standby, standbyAt, random.nextInt(12));
            case 7 -> {
                if (book().edges().size() < authors.size() / 2 || random.nextInt(12) == 0) {
                    changeBook();
                } else if (random.nextInt(40) == 0) {
                    // Somebody else was active more recently.
                    pages.add(ModelTimeline.FORGET);
                } else if (random.nextInt(150) == 0) {
                    restartOwner();
                }
            }
            default -> sides[random.nextInt(sides.length)].step();
        }
    }

    /** One in a hundred is lost, as those that left just before a crash may be. */
    private void writeBlocks(int some) {
        for (int i = 0; i < some && !evicted.isEmpty(); i++) {
            EvictedBlock block = evicted.remove();
            if (random.nextInt(100) > 0) {
                blocks.add(block);
            }
        }
    }

    /** What came after its snapshot comes once more, and the snapshot may have it already; what leaves is told nobody. */
    private void restartOwner() {
        List<EvictedBlock> told = List.copyOf(evicted);
        apply(owner, Math.max(0, ownerAt - 40), ownerAt - Math.max(0, ownerAt - 40));
        evicted.clear();
        evicted.addAll(told);
    }

    private int apply(ModelTimeline timeline, int from, int records) {
        int to = Math.min(pages.size(), from + records);
        pages.subList(from, to).forEach(timeline::apply);
        return to;
    }

    private AuthorsSide sideOf(String author) {
        return sides[ChangingOutboxes.partitionOf(author)];
    }

    private Book book() {
        return books.get(books.size() - 1);
    }

    private void changeBook() {
        String author = authors.get(random.nextInt(authors.size()));
        Book before = book();
        Map<String, Edge> edges = new TreeMap<>(before.edges());
        Set<String> hidden = new HashSet<>(before.hidden());
        long version = before.version() + 1;
        long offset = books.size();
        if (random.nextInt(5) == 0) {
            if (!hidden.remove(author)) {
                hidden.add(author);
            }
        } else if (edges.containsKey(author)) {
            if (random.nextInt(3) > 0) {
                return;
            }
            Edge gone = edges.remove(author);
            sideOf(author).events.add(new Changed(author, false, gone.version(), offset));
        } else {
            edges.put(author, new Edge(version, 0));
            sideOf(author).events.add(new Changed(author, true, version, offset));
        }
        books.add(new Book(version, edges, hidden));
    }

    private void acknowledge(String author, long version, long newest) {
        Edge edge = book().edges().get(author);
        if (edge != null && edge.version() == version && edge.acknowledged() == 0) {
            Map<String, Edge> edges = new TreeMap<>(book().edges());
            edges.put(author, new Edge(version, newest));
            books.add(new Book(book().version(), edges, book().hidden()));
        }
    }

    /** The reader's list, sometimes as a standby has it. */
    Following following() {
        int at = books.size() - 1;
        if (random.nextInt(5) == 0) {
            at = Math.max(0, at - random.nextInt(12));
        }
        Book book = books.get(at);
        Map<Integer, List<Author>> seen = new HashMap<>();
        Map<Integer, List<Author>> hidden = new HashMap<>();
        Map<Integer, Long> acknowledged = new HashMap<>();
        boolean[] whole = {true};
        int[] authorsSeen = {1};
        put(seen, new Author(READER, Author.NEVER_PUSHED));
        book.edges().forEach((author, edge) -> {
            whole[0] &= edge.acknowledged() > 0;
            acknowledged.merge(ChangingOutboxes.partitionOf(author), edge.acknowledged(), Math::max);
            Author one = new Author(author, edge.acknowledged() == 0 ? Author.NEVER_PUSHED : edge.version());
            if (book.hidden().contains(author)) {
                put(hidden, one);
            } else {
                put(seen, one);
                authorsSeen[0]++;
            }
        });
        Position position =
                Position.newBuilder().setLog("follows").setOffset(at).build();
        return new Following(
                book.version(),
                ORDINAL,
                position,
                seen,
                hidden,
                authorsSeen[0],
                new Following.Acknowledgement(whole[0], acknowledged));
    }

    private static void put(Map<Integer, List<Author>> list, Author author) {
        list.computeIfAbsent(ChangingOutboxes.partitionOf(author.id()), p -> new ArrayList<>())
                .add(author);
    }

    Enrolments.TimelineLog log() {
        return (readerId, record) -> {
            pages.add(record);
            return CompletableFuture.completedFuture(Position.getDefaultInstance());
        };
    }

    @Override
    public Future<Optional<TimelineView>> timeline(String readerId, TimelineQuestion question) {
        timelinesAsked++;
        if (away) {
            return Future.failedFuture(FeedOwners.unavailable());
        }
        return Future.succeededFuture(Optional.of((random.nextInt(4) == 0 ? standby : owner).view(question)));
    }

    @Override
    public List<Link> links(Timeline timeline, long left, int linksMax) {
        assertThat(timeline.reader()).isEqualTo(ORDINAL);
        return blocks.stream()
                .filter(block -> block.getEnrolment() == timeline.enrolment() && block.getLeft() <= left)
                .sorted(Comparator.comparingLong(EvictedBlock::getLeft).reversed())
                .limit(linksMax)
                .map(PushedWorld::link)
                .toList();
    }

    @Override
    public TimelineEntries entries(Timeline timeline, Link link) {
        return blocks.stream()
                .filter(block -> block.getEnrolment() == timeline.enrolment()
                        && link(block).equals(link))
                .findFirst()
                .orElseThrow()
                .getEntries();
    }

    private static Link link(EvictedBlock block) {
        return new Link(
                block.getLeft(),
                block.getChain(),
                block.getLeftBefore(),
                block.getChainBefore(),
                block.getEntries().getPostIds(0));
    }

    /** The followers of one partition's authors, as far as the reader is one of them, and what is pushed. */
    private final class AuthorsSide {
        private final int partition;
        private final Deque<Event> events = new ArrayDeque<>();
        private final Map<String, Long> followed = new HashMap<>();
        private final TreeMap<Long, String> pending = new TreeMap<>();
        private final Map<String, AuthorMode> modes = new HashMap<>();
        private final Deque<AuthorMode> untold = new ArrayDeque<>();
        private long newest;
        private long newestChange;

        AuthorsSide(int partition) {
            this.partition = partition;
        }

        void step() {
            switch (random.nextInt(6)) {
                case 0 -> say();
                case 1, 2 -> sendOne();
                default -> {
                    Event event = events.poll();
                    if (event instanceof Made made) {
                        made(made.post());
                    } else if (event instanceof Changed changed) {
                        changed(changed);
                    }
                }
            }
        }

        private void made(Post post) {
            String author = post.getAuthorId();
            newest = post.getPostId();
            AuthorMode mode = modes.getOrDefault(author, AuthorMode.getDefaultInstance());
            if (random.nextInt(60) == 0) {
                mode = turn(mode, author);
                modes.put(author, mode);
                untold.add(mode);
                newestChange = newest;
            }
            if (!mode.getHot()) {
                pending.put(newest, author);
            }
        }

        private AuthorMode turn(AuthorMode before, String author) {
            AuthorMode.Builder after = before.toBuilder()
                    .setAuthorId(author)
                    .setChangedPostId(newest)
                    .setHot(!before.getHot());
            if (before.getHot()) {
                return after.addBefore(NotPushed.newBuilder()
                                .setFromPostId(before.getFromPostId())
                                .setUntilPostId(newest))
                        .build();
            }
            long unsent = pending.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(author))
                    .mapToLong(Map.Entry::getKey)
                    .min()
                    .orElse(newest);
            return after.setFromPostId(unsent).build();
        }

        private void changed(Changed edge) {
            if (edge.added()) {
                followed.put(edge.author(), edge.version());
                acknowledge(edge.author(), edge.version(), Math.max(1, newest));
            } else {
                followed.remove(edge.author());
                pages.add(ModelTimeline.pushingEnded(ORDINAL, edge.offset()));
            }
        }

        /** Of some author the oldest that waits: posts of different authors overtake each other. */
        private void sendOne() {
            List<String> waiting = new ArrayList<>(new TreeSet<>(pending.values()));
            if (waiting.isEmpty()) {
                return;
            }
            String author = waiting.get(random.nextInt(waiting.size()));
            long post = pending.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(author))
                    .mapToLong(Map.Entry::getKey)
                    .min()
                    .orElseThrow();
            pending.remove(post);
            if (followed.containsKey(author)) {
                pages.add(ModelTimeline.push(ORDINAL, author, post));
                if (random.nextInt(10) == 0) {
                    pages.add(ModelTimeline.push(ORDINAL, author, post));
                }
            }
        }

        private void say() {
            long upTo = pending.isEmpty() ? newest : pending.firstKey() - 1;
            if (upTo > 0) {
                pages.add(ModelTimeline.pushedUpTo(partition, upTo, newestChange));
            }
        }

        /** The modes' log gets to where pages are served. */
        void tellModes() {
            AuthorMode mode = untold.poll();
            if (mode != null) {
                hot.accept(partition, 0, mode);
            }
        }
    }
}
