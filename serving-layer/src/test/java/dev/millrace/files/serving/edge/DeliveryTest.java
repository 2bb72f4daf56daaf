package dev.millrace.files.serving.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class DeliveryTest {
    private static final int PIECE = ContentReader.PIECE_BYTES;
    private static final int SPARE = 5;
    private static final int PIECES = 8;
    private static final ByteRange RANGE = new ByteRange(10, 10 + (PIECES - 1) * (long) PIECE + 77, true);

    private final List<Long> asked = new ArrayList<>();
    private final List<Promise<Buffer>> reads = new ArrayList<>();
    private final List<Promise<Void>> writes = new ArrayList<>();
    private final Semaphore spare = new Semaphore(SPARE);
    private final Delivery delivery = new Delivery(response(), this::read, RANGE, spare, this::leave);
    private boolean ended;
    private boolean broken;
    private boolean mayRead = true;

    private HttpServerResponse response() {
        return (HttpServerResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HttpServerResponse.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "reset" -> {
                            broken = true;
                            return Future.succeededFuture();
                        }
                        case "end", "write" -> {
                            ended = method.getName().equals("end");
                            writes.add(Promise.promise());
                            return writes.get(writes.size() - 1).future();
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                    }
                });
    }

    private Future<Buffer> read(long from) {
        asked.add(from);
        reads.add(Promise.promise());
        return reads.get(reads.size() - 1).future();
    }

    private Future<?> leave() {
        return mayRead ? Future.succeededFuture() : Future.failedFuture("the share has ended");
    }

    private Future<Void> begin() {
        return delivery.send(bytes(10));
    }

    /** What is read from there on. */
    private static Buffer bytes(long from) {
        return Buffer.buffer(new byte[(int) Math.min(PIECE, RANGE.end() - from)]);
    }

    private void readDone(int read) {
        reads.get(read).complete(bytes(asked.get(read)));
    }

    private void writeDone(int write) {
        writes.get(write).complete();
    }

    @Test
    void itSendsEveryPieceOnce() {
        Future<Void> done = begin();
        for (int i = 0; i < PIECES; i++) {
            writeDone(i);
            if (i < PIECES - 1) {
                readDone(i);
            }
        }

        assertThat(done.succeeded()).isTrue();
        assertThat(ended).isTrue();
        assertThat(asked).hasSize(PIECES - 1).isSorted().doesNotHaveDuplicates();
        assertThat(delivery.sentBytes()).isEqualTo(RANGE.bytes());
        assertThat(spare.availablePermits()).isEqualTo(SPARE);
    }

    @Test
    void forWhoeverIsSlowOnePieceIsReadAhead() {
        begin();
        for (int i = 0; i < PIECES - 1; i++) {
            assertThat(asked).hasSize(i + 1);
            readDone(i);
            writeDone(i);
        }

        assertThat(spare.availablePermits()).isEqualTo(SPARE);
    }

    @Test
    void forWhoeverIsFastSeveralAreReadAtOnce() {
        begin();
        writeDone(0);
        readDone(0);

        assertThat(asked).hasSize(1 + 4);
        assertThat(spare.availablePermits()).isEqualTo(SPARE - 3 + 1);
    }

    @Test
    void withoutSpareReadsItGoesOnAllTheSame() {
        spare.drainPermits();
        Future<Void> done = begin();
        for (int i = 0; i < PIECES; i++) {
            writeDone(i);
            if (i < PIECES - 1) {
                assertThat(asked).hasSize(i + 1);
                readDone(i);
            }
        }

        assertThat(done.succeeded()).isTrue();
        assertThat(spare.availablePermits()).isZero();
    }

    @Test
    void nothingMoreIsSentOnceLeaveHasEnded() {
        Future<Void> done = begin();
        readDone(0);
        mayRead = false;
        writeDone(0);

        assertThat(done.failed()).isTrue();
        assertThat(broken).isTrue();
        assertThat(writes).hasSize(1);
        assertThat(delivery.sentBytes()).isEqualTo(PIECE);
    }

    @Test
    void aReadThatFailsBreaksItOffAndSpareReadsAreBackOnceTheyAreOver() {
        Future<Void> done = begin();
        writeDone(0);
        readDone(0);
        writeDone(1);
        reads.get(1).fail("the store is away");

        assertThat(done.failed()).isTrue();
        assertThat(broken).isTrue();
        assertThat(spare.availablePermits()).isLessThan(SPARE);
        for (int i = 2; i < reads.size(); i++) {
            readDone(i);
        }
        assertThat(spare.availablePermits()).isEqualTo(SPARE);
    }

    @Test
    void whoeverGoesAwayEndsIt() {
        Future<Void> done = begin();
        readDone(0);
        writes.get(0).fail("closed");

        assertThat(done.failed()).isTrue();
        assertThat(delivery.sentBytes()).isZero();
        assertThat(spare.availablePermits()).isEqualTo(SPARE);
    }
}
