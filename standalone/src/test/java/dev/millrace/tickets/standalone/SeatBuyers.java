package dev.millrace.tickets.standalone;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.TestSystem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * People who claim seats one after another, while things break: each claim is sent again with its key until it has a
 * final answer, as a real client would.
 */
final class SeatBuyers implements AutoCloseable {
    private final TestSystem system;
    private final List<String> events;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, List<String>> won = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Instant> decided = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> unexpected = new ConcurrentLinkedQueue<>();

    SeatBuyers(TestSystem system, List<String> events, int buyers, int rows, long seed) {
        this.system = system;
        this.events = events;
        for (int i = 0; i < buyers; i++) {
            String user = "buyer-" + i;
            Random random = new Random(seed + i);
            Thread thread = new Thread(() -> buy(user, random, rows), user);
            threads.add(thread);
            thread.start();
        }
    }

    /** Bookings that were answered 201, with their tickets. */
    Map<String, List<String>> won() {
        return won;
    }

    /** Answers that no claim should get. */
    List<String> unexpected() {
        return List.copyOf(unexpected);
    }

    long decidedSince(Instant then) {
        return decided.stream().filter(then::isBefore).count();
    }

    /** The longest time without a decision, from then to the last decision. */
    Duration longestSilenceSince(Instant then) {
        Duration longest = Duration.ZERO;
        Instant last = then;
        for (Instant at : decided.stream().filter(then::isBefore).sorted().toList()) {
            Duration silence = Duration.between(last, at);
            longest = silence.compareTo(longest) > 0 ? silence : longest;
            last = at;
        }
        return longest;
    }

    private void buy(String user, Random random, int rows) {
        while (!closing.get()) {
            String event = events.get(random.nextInt(events.size()));
            List<String> row = Organiser.row(random.nextInt(rows));
            int first = random.nextInt(row.size() - 2);
            claim(user, event, row.subList(first, first + 1 + random.nextInt(2)));
        }
    }

    private void claim(String user, String event, List<String> seats) {
        String key = UUID.randomUUID().toString();
        while (true) {
            Answer answer;
            try {
                answer = system.as(user).hold(event, key, seats);
            } catch (AssertionError broken) {
                continue;
            }
            switch (answer.status()) {
                case 201 -> {
                    won.put(answer.member("bookingId"), List.copyOf(seats));
                    decided.add(Instant.now());
                    return;
                }
                case 409 -> {
                    if (answer.reason().equals("SEAT_TAKEN")) {
                        decided.add(Instant.now());
                        return;
                    }
                    if (!answer.reason().equals("IN_PROGRESS")) {
                        unexpected.add(answer.toString());
                        return;
                    }
                }
                // Not decided within the wait limit, or nobody there: the same claim again.
                case 202, 502, 503 -> {}
                default -> {
                    unexpected.add(answer.toString());
                    return;
                }
            }
        }
    }

    @Override
    public void close() {
        closing.set(true);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
