package dev.millrace.streams;

import com.google.protobuf.MessageLite;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.StateReader.ChangingTooFast;
import dev.millrace.topics.Owners;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateAnswer.Status;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * One question on its way to an answer: waits until the state includes what it must, looks, and if there is nothing
 * makes sure that nothing was written that would still be decided. Stores are read on worker threads, waiting takes
 * none.
 */
final class StateQuestion {
    private static final Duration WAIT_MAX = Duration.ofSeconds(10);
    /** Undecided commands are given at least so long: usually they need milliseconds. */
    private static final Duration UNDECIDED_WAIT_MIN = Duration.ofMillis(250);

    /**
     * Until then the brokers say where the log ends, or it stays undecided: sooner than whoever asks goes to somebody
     * else ({@code state.attempt.timeout}), who would have to ask the same brokers.
     */
    private static final Duration BROKERS_WAIT_MAX = Duration.ofMillis(450);

    private static final long STANDBY_LOOKS_EVERY_MILLIS = 25;

    private final Vertx vertx;
    private final Looks looks;
    private final StreamsApplication application;
    private final StateQuery query;
    private final int partition;
    private final Optional<OwnedPartition> owned;
    private final Duration wait;

    /** What a look into the store brought, and up to where the store was at least. */
    private record Look(Status status, Optional<? extends MessageLite> value, long offset) {}

    StateQuestion(Vertx vertx, Looks looks, StreamsApplication application, StateQuery query) {
        this.vertx = vertx;
        this.looks = looks;
        this.application = application;
        this.query = query;
        this.partition = query.hasPartition()
                ? query.getPartition()
                : Owners.partitionOf(query.getOwner(), application.partitions());
        this.owned = application.owned(partition);
        Duration asked = Duration.ofMillis(Integer.toUnsignedLong(query.getWaitMillis()));
        this.wait = asked.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : asked;
    }

    Future<StateAnswer> answered() {
        if (owned.isEmpty() && !query.getStandbyOk()) {
            return Future.succeededFuture(answer(Status.NOT_HELD).build());
        }
        long atLeast = atLeast();
        Future<Boolean> included = atLeast < 0 ? Future.succeededFuture(true) : reached(atLeast, wait);
        return included.compose(reached -> reached ? look().compose(this::conclude) : Future.succeededFuture(notYet()));
    }

    /** A position in another partition says nothing about this one. */
    private long atLeast() {
        Position asked = query.getAtLeast();
        boolean here =
                query.hasAtLeast() && asked.getLog().equals(application.log()) && asked.getPartition() == partition;
        return here ? asked.getOffset() : -1;
    }

    private Future<StateAnswer> conclude(Look look) {
        if (look.status() != Status.NOT_FOUND) {
            return Future.succeededFuture(answer(look));
        }
        return undecidedUntil()
                .compose(end -> {
                    if (look.offset() >= end - 1) {
                        return Future.succeededFuture(answer(look));
                    }
                    Duration bounded = wait.compareTo(UNDECIDED_WAIT_MIN) < 0 ? UNDECIDED_WAIT_MIN : wait;
                    return reached(end - 1, bounded)
                            .compose(reached -> reached ? Future.succeededFuture(true) : skipped(end))
                            .compose(reached -> reached
                                    ? look().map(this::answer)
                                    : Future.succeededFuture(
                                            answer(Status.UNDECIDED).build()));
                })
                .timeout(BROKERS_WAIT_MAX.plus(wait).toMillis(), TimeUnit.MILLISECONDS)
                .recover(brokersDontAnswer ->
                        Future.succeededFuture(answer(Status.UNDECIDED).build()));
    }

    private Future<Long> undecidedUntil() {
        CompletionStage<Map<Integer, Long>> ends = application.ends().of(Set.of(partition));
        return onThisContext(ends).map(found -> found.getOrDefault(partition, 0L));
    }

    /**
     * Whether what is missing up to there was read and can't be decided: dead letters at the end of the log. Only the
     * owner's state has all that was committed.
     */
    private Future<Boolean> skipped(long end) {
        return owned.isEmpty()
                ? Future.succeededFuture(false)
                : onThisContext(application.ends().committed(partition)).map(committed -> committed >= end);
    }

    private Future<Boolean> reached(long offset, Duration within) {
        if (owned.isPresent()) {
            return owned.get().decidedOffset() >= offset
                    ? Future.succeededFuture(true)
                    : onThisContext(owned.get().reached(offset, within));
        }
        return standbyReached(offset, System.nanoTime() + within.toNanos());
    }

    private Future<Boolean> standbyReached(long offset, long deadline) {
        return looks.take(() -> application.store(partition).map(application.reader()::decidedOffset))
                .compose(at -> {
                    // Without a store there is nothing to wait for: the look will say that it isn't held.
                    if (at.isEmpty() || at.get() >= offset) {
                        return Future.succeededFuture(true);
                    }
                    return System.nanoTime() >= deadline
                            ? Future.succeededFuture(false)
                            : vertx.timer(STANDBY_LOOKS_EVERY_MILLIS, TimeUnit.MILLISECONDS)
                                    .compose(unused -> standbyReached(offset, deadline));
                });
    }

    private Future<Look> look() {
        return looks.take(() -> {
            try {
                return application
                        .store(partition)
                        .map(this::lookInto)
                        .orElseGet(() -> new Look(Status.NOT_HELD, Optional.empty(), -1));
            } catch (InvalidStateStoreException closedMeanwhile) {
                return new Look(Status.NOT_HELD, Optional.empty(), -1);
            } catch (ChangingTooFast busy) {
                return new Look(Status.NOT_YET, Optional.empty(), -1);
            }
        });
    }

    private Look lookInto(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        // Read before the value: what is found is then at least as new.
        long offset = owned.isPresent()
                ? owned.get().decidedOffset()
                : application.reader().decidedOffset(store);
        Optional<? extends MessageLite> value =
                application.reader().read(query, store, owned.orElse(null), position(offset));
        return new Look(value.isPresent() ? Status.FOUND : Status.NOT_FOUND, value, offset);
    }

    private StateAnswer answer(Look look) {
        StateAnswer.Builder answer = answer(look.status());
        look.value()
                .ifPresent(value -> answer.setValue(value.toByteString())
                        .setLacking(application.reader().lacks(value)));
        if (look.offset() >= 0) {
            answer.setPosition(position(look.offset()));
        }
        return answer.build();
    }

    /** The partition may have moved on while we waited for it; then its new owner is to be asked. */
    private StateAnswer notYet() {
        boolean gone = owned.isPresent() && application.owned(partition).isEmpty();
        return answer(gone ? Status.NOT_HELD : Status.NOT_YET).build();
    }

    private StateAnswer.Builder answer(Status status) {
        StateAnswer.Builder answer = StateAnswer.newBuilder().setStatus(status);
        if (owned.isEmpty() && query.getStandbyOk()) {
            answer.setStandby(true).setAgeMillis(application.standbyAgeMillis(partition));
        }
        return answer;
    }

    private Position position(long offset) {
        return Position.newBuilder()
                .setLog(application.log())
                .setPartition(partition)
                .setOffset(offset)
                .build();
    }

    private <T> Future<T> onThisContext(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, vertx.getOrCreateContext());
    }
}
