package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Api;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import dev.millrace.standalone.Wire;
import dev.millrace.topics.http.contract.Contract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many requests that nobody would send on purpose, to the whole running system through its one address; none of them may
 * be our fault. {@code -Dfuzz.seed=…} sends the same ones again, {@code -Dfuzz.requests=…} more of them.
 */
@ExtendWith(OneSystem.class)
class HttpFuzzIT {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFuzzIT.class);
    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 2_000);
    private static final int SENDERS = 8;

    private final TestSystem system;
    private final Wire wire;
    private final Contract contract;

    HttpFuzzIT(TestSystem system) {
        this.system = system;
        this.wire = new Wire(system.address());
        this.contract = new Contract(system.asNobody().get("/openapi.json").text());
    }

    @Test
    void everyRequestGetsADocumentedAnswerAndNoneAServerError() throws Exception {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        LOG.atWarn()
                .addKeyValue("fuzz.seed", seed)
                .addKeyValue("requests", REQUESTS)
                .log("hostile requests");
        HostileRequests hostile = requests(seed);
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        List<Future<Boolean>> answered = new ArrayList<>();
        try {
            for (int i = 0; i < REQUESTS; i++) {
                HostileRequests.Request request = hostile.next();
                String which = "seed %d request %d:%n%s".formatted(seed, i, request);
                answered.add(senders.submit(() -> send(request, which)));
            }
            int unanswered = 0;
            List<String> wrong = new ArrayList<>();
            for (Future<Boolean> one : answered) {
                try {
                    unanswered += one.get() ? 0 : 1;
                } catch (ExecutionException e) {
                    wrong.add(String.valueOf(e.getCause()));
                }
            }
            assertThat(wrong).isEmpty();
            // Only what isn't HTTP, or ends before it should, may go without an answer.
            assertThat(unanswered).isLessThan(REQUESTS / 5);
        } finally {
            senders.shutdownNow();
        }
        assertThat(system.asNobody().get("/readyz").status()).isEqualTo(200);
    }

    private HostileRequests requests(long seed) {
        String event = new Organiser(system.asOrganiser()).event(1, 600);
        Api user = system.as("fuzz");
        String booking = user.hold(event, UUID.randomUUID().toString(), List.of("S-A-20"))
                .member("bookingId");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> user.get("/events/" + event).status() == 200);
        String ticket = user.post("/live-tickets", "").member("ticket");
        return new HostileRequests(seed, wire, system.token("fuzz", true), ticket, event, booking);
    }

    /** Whether it was answered at all. */
    private boolean send(HostileRequests.Request request, String which) {
        Optional<Wire.Heard> heard = Optional.empty();
        try {
            heard = wire.send(request.bytes(), request.ended());
            if (heard.isPresent()) {
                check(request, heard.get());
            } else {
                assertThat(request.strange()).as("closed without an answer").isTrue();
            }
        } catch (AssertionError e) {
            throw new AssertionError(which + "\n" + heard + "\n" + e.getMessage(), e);
        }
        return heard.isPresent();
    }

    private void check(HostileRequests.Request request, Wire.Heard heard) {
        int status = heard.status();
        assertThat(status).matches(s -> s < 500 || s == 503 || s == 504, "is no fault of ours");
        boolean whole = !request.method().equals("HEAD");
        if (!request.strange()
                && contract.callOf(request.method(), request.path()).isPresent()) {
            contract.check(request.method(), request.path(), status, heard.headers(), heard.body());
        } else if (status >= 400 && !request.strange()) {
            contract.checkStranger(
                    request.toString(), status, heard.headers(), whole ? Optional.of(heard.body()) : Optional.empty());
        } else if (status >= 400) {
            assertThat(heard.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(heard.body()).matches(body -> !whole || body.contains("\"reason\":\""), "has a reason");
        }
    }
}
