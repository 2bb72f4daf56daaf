package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Somebody who calls until they have an answer, and whose every read includes what they did and saw before. */
public final class Person {
    private static final Duration ANSWERED_WITHIN = Duration.ofMinutes(1);

    private final Api api;
    /** Newest position of each log and partition that was heard of. */
    private final Map<String, String> positions = new LinkedHashMap<>();

    public Person(Api api) {
        this.api = api;
    }

    public Api api() {
        return api;
    }

    /** The same call with the same key, until it is decided: an owner may have been killed. */
    public Answer did(int status, String method, String path, @Nullable String body) {
        String key = key();
        Answer answer = await().pollDelay(Duration.ZERO)
                .atMost(ANSWERED_WITHIN)
                .until(
                        () -> api.call(method, path, body, "Idempotency-Key", key),
                        a -> a.status() != 503 && !isPending(a));
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        hear(answer);
        return answer;
    }

    private static boolean isPending(Answer answer) {
        return answer.status() == 202 && answer.member("status").equals("PENDING");
    }

    /** Whatever is read from now on includes what that answer includes. */
    public void hear(Answer answer) {
        for (String position : answer.header("Millrace-Position").orElse("").split(", ", -1)) {
            int dot = position.lastIndexOf('.');
            if (dot > 0) {
                hear(position.substring(0, dot), position);
            }
        }
    }

    /** The next read includes all that the other one did and saw. */
    public void hear(Person other) {
        other.positions.forEach(this::hear);
    }

    private void hear(String partition, String position) {
        positions.merge(partition, position, (one, another) -> offset(one) < offset(another) ? another : one);
    }

    private static long offset(String position) {
        return Long.parseLong(position.substring(position.lastIndexOf('.') + 1));
    }

    /** Reads, and again while that can't be served or doesn't include what they heard of yet. */
    public Answer read(String path) {
        Answer answer = await().atMost(ANSWERED_WITHIN)
                .until(() -> readOnce(path), a -> a.status() != 503 && a.status() != 504);
        hear(answer);
        return answer;
    }

    private Answer readOnce(String path) {
        return positions.isEmpty()
                ? api.get(path)
                : api.get(path, "Millrace-Position", String.join(", ", positions.values()));
    }

    public static String key() {
        return UUID.randomUUID().toString();
    }
}
