package dev.millrace.feed.streams.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Timelines against sorted sets: whatever order posts come in, and however often. */
class TimelinesPropertyTest {
    /** What is in a timeline and what has left it are together what was put in; nothing is in both or in twice. */
    @Property(tries = 60)
    void nothingIsLostAndNothingDoubled(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3_000) int posts) {
        Random random = new Random(seed);
        Timelines timelines = new Timelines(4);
        timelines.enrol(1, 0);
        NavigableSet<Long> all = new TreeSet<>();
        NavigableSet<Long> left = new TreeSet<>();
        for (int i = 0; i < posts; i++) {
            long post = nearlySorted(random, i);
            boolean isNew = !all.contains(post);
            if (!isNew && left.contains(post)) {
                continue;
            }
            all.add(post);
            boolean inserted = timelines.insert(1, post, (int) post, (reader, link, postIds, authors) -> {
                for (int n = 0; n < postIds.length; n++) {
                    assertThat(authors[n]).isEqualTo((int) postIds[n]);
                    assertThat(n == 0 || postIds[n - 1] < postIds[n]).isTrue();
                    assertThat(left.add(postIds[n])).isTrue();
                }
            });
            assertThat(inserted).isEqualTo(isNew);
        }

        NavigableSet<Long> here = new TreeSet<>(all);
        here.removeAll(left);
        assertThat(read(timelines, 1, Long.MAX_VALUE, Integer.MAX_VALUE))
                .containsExactlyElementsOf(here.descendingSet());
        long bound = random.nextInt(posts * 10) + 1L;
        assertThat(read(timelines, 1, bound, 20))
                .containsExactlyElementsOf(here.headSet(bound, false).descendingSet().stream()
                        .limit(20)
                        .toList());
        long complete = left.isEmpty() ? 0 : left.last();
        assertThat(timelines.before(1, 1, 1, (post, author) -> {}).map(Timelines.Head::completeHere))
                .contains(complete);
        assertThat(here.tailSet(complete, false)).containsAll(all.tailSet(complete, false));
    }

    /** The order of arrival makes no difference as long as nothing has to leave. */
    @Property(tries = 60)
    void orderMakesNoDifference(@ForAll long seed, @ForAll @IntRange(min = 1, max = 800) int posts) {
        Random random = new Random(seed);
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < posts; i++) {
            ids.add(1L + random.nextInt(posts * 2));
        }
        Timelines timelines = new Timelines(2);
        timelines.enrol(0, 0);
        timelines.enrol(1, 0);
        ids.forEach(id -> timelines.insert(0, id, 0, EvictedBlocks.NOWHERE));
        java.util.Collections.shuffle(ids, random);
        ids.forEach(id -> timelines.insert(1, id, 0, EvictedBlocks.NOWHERE));

        assertThat(read(timelines, 1, Long.MAX_VALUE, 1000)).isEqualTo(read(timelines, 0, Long.MAX_VALUE, 1000));
    }

    /** Readers come, are active, and go, as in a map in the order of access. */
    @Property(tries = 60)
    void whoIsEnrolledIsAsInAnLruMap(@ForAll long seed) {
        Random random = new Random(seed);
        int readersMax = 1 + random.nextInt(40);
        Timelines timelines = new Timelines(readersMax);
        Map<Integer, NavigableSet<Long>> model = new LinkedHashMap<>(16, 0.75f, true);
        for (int i = 1; i < 4_000; i++) {
            int reader = random.nextInt(80) * 977;
            switch (random.nextInt(10)) {
                case 0, 1 -> {
                    int gone = timelines.enrol(reader, 0);
                    model.computeIfAbsent(reader, r -> new TreeSet<>());
                    if (model.size() > readersMax) {
                        int first = model.keySet().iterator().next();
                        assertThat(gone).isEqualTo(first);
                        model.remove(first);
                    }
                }
                case 2 -> {
                    timelines.drop(reader);
                    model.remove(reader);
                }
                default -> {
                    boolean inserted = timelines.insert(reader, i, 0, EvictedBlocks.NOWHERE);
                    assertThat(inserted).isEqualTo(model.containsKey(reader));
                    long post = i;
                    model.replaceAll((r, posts) -> {
                        if (r == reader) {
                            posts.add(post);
                        }
                        return posts;
                    });
                }
            }
        }

        assertThat(timelines.byActivity())
                .containsExactly(model.keySet().stream().mapToInt(r -> r).toArray());
        model.forEach((reader, posts) -> assertThat(read(timelines, reader, Long.MAX_VALUE, 1000))
                .containsExactlyElementsOf(posts.descendingSet()));
    }

    /** Mostly newer than before, sometimes a little late, sometimes very, sometimes again. */
    private static long nearlySorted(Random random, int i) {
        int late = switch (random.nextInt(8)) {
            case 0 -> random.nextInt(5);
            case 1 -> random.nextInt(200);
            case 2 -> random.nextInt(i + 1);
            default -> 0;
        };
        return Math.max(1, 10L * (i - late) + (random.nextBoolean() ? random.nextInt(10) : 0) + 1);
    }

    private static List<Long> read(Timelines timelines, int reader, long before, int max) {
        List<Long> posts = new ArrayList<>();
        timelines.before(reader, before, max, (post, author) -> posts.add(post));
        return posts;
    }
}
