package dev.millrace.files.serving.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class DeliveryTest {
    private static final int PIECE = PieceBuffers.BYTES;
    private static final int SPARE = 5;
    private static final int PIECES = 40;
    private static final ByteRange RANGE = new ByteRange(10, 10 + (PIECES - 1) * (long) PIECE + 77, true);

    private final List<Long> asked = new ArrayList<>();
    private final List<Integer> askedPieces = new ArrayList<>();
    private final List<Promise<List<Buffer>>> reads = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Promise<Void>> writes = new ArrayList<>();
    private final PieceBuffers buffers = new PieceBuffers();
    private final Set<Buffer> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Semaphore spare = new Semaphore(SPARE);
    private final Delivery delivery = new Delivery(response(), this::read, RANGE, buffers, spare, this::leave);
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
                            out.writeBytes(((Buffer) arguments[0]).getBytes());
                            writes.add(Promise.promise());
                            return writes.get(writes.size() - 1).future();
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                    }
                });
    }

    private Future<List<Buffer>> read(long from, int piecesMax) {
        asked.add(from);
        askedPieces.add(piecesMax);
        reads.add(Promise.promise());
        return reads.get(reads.size() - 1).future();
    }

    private Future<?> leave() {
        return mayRead ? Future.succeededFuture() : Future.failedFuture("the share has ended");
    }

    private Future<Void> begin() {
        return delivery.send(pieceOf(RANGE.first()));
    }

    /** What is read from there on: each byte is called by where it is. */
    private static byte[] piece(long from) {
        byte[] bytes = new byte[(int) Math.min(PIECE, RANGE.end() - from)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (((from + i) * 0x9e3779b97f4a7c15L) >> 56);
        }
        return bytes;
    }

    private Buffer pieceOf(long from) {
        byte[] bytes = piece(from);
        Buffer buffer = buffers.take(bytes.length).setBytes(0, bytes);
        taken.add(buffer);
        return buffer;
    }

    private void readDone(int read) {
        List<Buffer> pieces = new ArrayList<>();
        long from = asked.get(read);
        for (int i = 0; i < askedPieces.get(read) && from < RANGE.end(); i++) {
            pieces.add(pieceOf(from));
            from += PIECE;
        }
        reads.get(read).complete(pieces);
    }

    /** Somebody who takes whatever comes at once: only reads are waited for. */
    private void takeAll() {
        int write = 0;
        int read = 0;
        while (write < writes.size() || read < reads.size()) {
            while (write < writes.size()) {
                writeDone(write++);
            }
            if (read < reads.size()) {
                readDone(read++);
            }
        }
    }

    private int piecesInMemory() {
        int read = 1;
        for (int i = 0; i < reads.size(); i++) {
            read += askedPieces.get(i);
        }
        return read - writes.size() + 1;
    }

    private void writeDone(int write) {
        writes.get(write).complete();
    }

    @Test
    void itSendsEveryByteOnceAndInOrder() {
        Future<Void> done = begin();
        takeAll();

        assertThat(done.succeeded()).isTrue();
        assertThat(ended).isTrue();
        assertThat(writes).hasSize(PIECES);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (long from = RANGE.first(); from < RANGE.end(); from += PIECE) {
            all.writeBytes(piece(from));
        }
        assertThat(Arrays.equals(out.toByteArray(), all.toByteArray())).isTrue();
        assertThat(delivery.sentBytes()).isEqualTo(RANGE.bytes());
        assertThat(spare.availablePermits()).isEqualTo(SPARE);
    }

    @Test
    void buffersOfWhatWasSentAreUsedAgain() {
        begin();
        takeAll();

        assertThat(taken).hasSizeBetween(2, 3 + 3 * 4);
    }

    @Test
    void aBufferIsntUsedAgainWhileItMayStillBeSent() {
        begin();
        readDone(0);

        assertThat(taken).hasSize(2);
        writes.get(0).fail("closed");
        assertThat(taken).doesNotContain(buffers.take(PIECE));
    }

    @Test
    void readsThatEndInAnotherOrderAreSentInTheirs() {
        begin();
        writeDone(0);
        readDone(0);
        for (int read = reads.size() - 1; read > 0; read--) {
            readDone(read);
        }
        int write = 1;
        while (write < 5) {
            writeDone(write++);
        }

        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < writes.size(); i++) {
            all.writeBytes(piece(RANGE.first() + (long) i * PIECE));
        }
        assertThat(Arrays.equals(out.toByteArray(), all.toByteArray())).isTrue();
    }

    @Test
    void forWhoeverIsSlowOnePieceIsReadAhead() {
        begin();
        for (int i = 0; i < PIECES - 1; i++) {
            assertThat(asked).hasSize(i + 1);
            readDone(i);
            writeDone(i);
        }

        assertThat(askedPieces).containsOnly(1);
        assertThat(spare.availablePermits()).isEqualTo(SPARE);
    }

    @Test
    void forWhoeverIsFastSeveralLargeReadsGoOnAtOnce() {
        begin();
        writeDone(0);
        readDone(0);

        assertThat(askedPieces).containsExactly(1, 4, 4, 4);
        assertThat(spare.availablePermits()).isEqualTo(SPARE - 3);
        assertThat(piecesInMemory()).isLessThanOrEqualTo(2 + 3 * 4);
    }

    @Test
    void whoeverBecomesSlowHoldsTwoPiecesAgainAfterAWhile() {
        begin();
        writeDone(0);
        readDone(0);
        int read = 1;
        for (int write = 1; write < 33; write++) {
            while (read < reads.size()) {
                readDone(read++);
            }
            writeDone(write);
        }

        assertThat(piecesInMemory()).isEqualTo(2);
        assertThat(spare.availablePermits()).isEqualTo(SPARE);
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
        assertThat(askedPieces).containsOnly(1);
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
        assertThat(spare.availablePermits()).isEqualTo(SPARE - 2);
        for (int i = 2; i < reads.size(); i++) {
            readDone(i);
        }
        assertThat(spare.availablePermits()).isEqualTo(SPARE);
    }

    @Test
    void whoeverGoesAwayInTheMiddleOfALargeReadGivesAllOfItBack() {
        Future<Void> done = begin();
        writeDone(0);
        readDone(0);
        writeDone(1);
        readDone(1);
        writes.get(2).fail("closed");

        assertThat(done.failed()).isTrue();
        assertThat(delivery.sentBytes()).isEqualTo(2L * PIECE);
        for (int i = 2; i < reads.size(); i++) {
            readDone(i);
        }
        assertThat(spare.availablePermits()).isEqualTo(SPARE);
        assertThat(writes).hasSize(3);
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
