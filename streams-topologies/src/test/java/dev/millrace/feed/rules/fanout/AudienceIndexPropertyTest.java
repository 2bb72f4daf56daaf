package dev.millrace.feed.rules.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The page index against sorted sets, one per partition. */
class AudienceIndexPropertyTest {
    private final AudienceIndex index = new AudienceIndex();
    private final int[] readers = new int[AudiencePage.READERS_MAX];

    @Property(tries = 100)
    void holdsExactlyWhoCameAndDidntGo(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 6_000) int changes,
            @ForAll @IntRange(min = 1, max = 20_000) int ordinals) {
        Random random = new Random(seed);
        MemoryPages pages = new MemoryPages();
        TreeMap<Integer, NavigableSet<Integer>> model = new TreeMap<>();
        int removesOfTen = 1 + random.nextInt(6);
        for (int i = 0; i < changes; i++) {
            int partition = random.nextInt(3);
            int ordinal = 1 + random.nextInt(ordinals);
            NavigableSet<Integer> known = model.computeIfAbsent(partition, p -> new TreeSet<>());
            if (random.nextInt(10) < removesOfTen) {
                assertThat(index.remove(pages, partition, ordinal)).isEqualTo(known.remove(ordinal));
            } else {
                assertThat(index.add(pages, partition, ordinal)).isEqualTo(known.add(ordinal));
            }
        }

        assertThat(content(pages)).isEqualTo(nonEmpty(model));
        assertPagesInOrder(pages);
    }

    /** Whatever steps a post is expanded in, it gets to everybody once. */
    @Property(tries = 50)
    void aPostGetsToEverybodyOnceInAnySteps(
            @ForAll long seed,
            @ForAll @IntRange(max = 8_000) int followers,
            @ForAll @IntRange(min = 1, max = 20) int max) {
        Random random = new Random(seed);
        MemoryPages pages = new MemoryPages();
        TreeMap<Integer, NavigableSet<Integer>> model = new TreeMap<>();
        for (int i = 0; i < followers; i++) {
            int partition = random.nextInt(5);
            int ordinal = 1 + random.nextInt(50_000);
            model.computeIfAbsent(partition, p -> new TreeSet<>()).add(ordinal);
            index.add(pages, partition, ordinal);
        }

        TreeMap<Integer, List<Integer>> got = new TreeMap<>();
        Expansion.Place place = Expansion.Place.START;
        while (place != null) {
            Expansion.Step step = Expansion.step(pages, place, max);
            assertThat(step.pages()).hasSizeLessThanOrEqualTo(max);
            step.pages().forEach(page -> {
                int count = AudiencePage.decode(page.readers(), readers);
                for (int i = 0; i < count; i++) {
                    got.computeIfAbsent(page.partition(), p -> new ArrayList<>())
                            .add(readers[i]);
                }
            });
            place = step.next().orElse(null);
        }

        TreeMap<Integer, List<Integer>> expected = new TreeMap<>();
        model.forEach((partition, all) -> expected.put(partition, new ArrayList<>(all)));
        assertThat(got).isEqualTo(expected);
    }

    /** Who was there before the expansion and stays is reached, whatever else comes and goes between steps. */
    @Property(tries = 50)
    void whoStaysIsReachedWhileOthersComeAndGo(@ForAll long seed) {
        Random random = new Random(seed);
        MemoryPages pages = new MemoryPages();
        NavigableSet<Integer> staying = new TreeSet<>();
        NavigableSet<Integer> leaving = new TreeSet<>();
        for (int i = 0; i < 5_000; i++) {
            int ordinal = 1 + random.nextInt(30_000);
            if (index.add(pages, 0, ordinal)) {
                (random.nextBoolean() ? staying : leaving).add(ordinal);
            }
        }
        List<Integer> going = new ArrayList<>(leaving);
        Collections.shuffle(going, random);

        NavigableSet<Integer> reached = new TreeSet<>();
        Expansion.Place place = Expansion.Place.START;
        while (place != null) {
            Expansion.Step step = Expansion.step(pages, place, 1);
            step.pages().forEach(page -> {
                int count = AudiencePage.decode(page.readers(), readers);
                for (int i = 0; i < count; i++) {
                    reached.add(readers[i]);
                }
            });
            for (int i = 0; i < 300 && !going.isEmpty(); i++) {
                index.remove(pages, 0, going.remove(going.size() - 1));
                index.add(pages, 0, 30_001 + random.nextInt(30_000));
                int again = 1 + random.nextInt(30_000);
                if (!staying.contains(again)) {
                    index.add(pages, 0, again);
                }
            }
            place = step.next().orElse(null);
        }

        assertThat(reached).containsAll(staying);
    }

    private Map<Integer, NavigableSet<Integer>> content(MemoryPages pages) {
        TreeMap<Integer, NavigableSet<Integer>> all = new TreeMap<>();
        pages.byPlace.forEach((place, bytes) -> {
            int count = AudiencePage.decode(bytes, readers);
            assertThat(AudiencePage.count(bytes)).isEqualTo(count).isPositive();
            for (int i = 0; i < count; i++) {
                boolean isNew = all.computeIfAbsent((int) (place >>> 32), p -> new TreeSet<>())
                        .add(readers[i]);
                assertThat(isNew).isTrue();
            }
        });
        return all;
    }

    private void assertPagesInOrder(MemoryPages pages) {
        int partition = -1;
        int highest = -1;
        for (Map.Entry<Long, byte[]> page : pages.byPlace.entrySet()) {
            int count = AudiencePage.decode(page.getValue(), readers);
            int lowest = page.getKey().intValue();
            int in = (int) (page.getKey() >>> 32);
            assertThat(readers[0]).isGreaterThanOrEqualTo(lowest);
            if (in == partition) {
                assertThat(lowest).isGreaterThan(highest);
            }
            partition = in;
            highest = readers[count - 1];
        }
    }

    private static Map<Integer, NavigableSet<Integer>> nonEmpty(Map<Integer, NavigableSet<Integer>> model) {
        Map<Integer, NavigableSet<Integer>> some = new TreeMap<>(model);
        some.values().removeIf(java.util.Set::isEmpty);
        return some;
    }
}
