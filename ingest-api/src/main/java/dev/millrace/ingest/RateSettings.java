package dev.millrace.ingest;

import dev.millrace.topics.http.Settings;

/** How many commands one user, and one client address, may send: so many per second, and so many at once. */
public record RateSettings(int perUser, int perUserBurst, int perAddress, int perAddressBurst) {
    private static final int MAX = 1_000_000;

    public static RateSettings from(Settings s) {
        return new RateSettings(
                s.integer("rate.user.per.second", 20, 1, MAX, "commands per second of one user"),
                s.integer("rate.user.burst", 60, 1, MAX, "commands one user may send at once"),
                s.integer(
                        "rate.address.per.second",
                        500,
                        1,
                        MAX,
                        "commands per second of one client address; offices and carriers share one"),
                s.integer("rate.address.burst", 2_000, 1, MAX, "commands one client address may send at once"));
    }
}
