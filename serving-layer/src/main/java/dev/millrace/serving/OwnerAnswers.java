package dev.millrace.serving;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.millrace.topics.Owners;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StateClient;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks owners what they know as of the positions a reader has seen, and reads what they say. */
public final class OwnerAnswers {
    private final StateClient state;
    private final boolean hedged;
    private final Duration positionWait;
    private final Supplier<Problem> unavailable;

    /**
     * What an owner said.
     *
     * @param value empty if there is no such thing, or the caller may not see it
     * @param undecided whether commands that were written before the question may still make it
     */
    public record Said<T>(Optional<T> value, boolean undecided, Optional<Position> position, long ageMillis) {
        /** Says on the answer what it is as of. */
        public void tell(RoutingContext ctx) {
            position.ifPresent(at -> Reads.tellPosition(ctx, at));
            Reads.tellAge(ctx, ageMillis / 1000);
        }
    }

    /**
     * @param positionWait how long an owner that is behind may take to catch up
     * @param unavailable what a reader is told while nobody answers
     * @param hedged whether a standby's answer does if the owner's is late: of what is told with its position, and
     *     decides nothing
     */
    public OwnerAnswers(StateClient state, Duration positionWait, Supplier<Problem> unavailable, boolean hedged) {
        this.state = state;
        this.hedged = hedged;
        this.positionWait = positionWait;
        this.unavailable = unavailable;
    }

    /**
     * Fails with a Problem: 503 if nobody can answer, 504 NOT_YET_VISIBLE if nobody is as far yet.
     *
     * @param seen what the answer must include; at most one counts per log and partition, the newest
     */
    public <T extends MessageLite> Future<Said<T>> ask(
            String log, StateQuery.Builder query, List<Position> seen, Parser<T> parser) {
        int partition = partitionOf(log, query);
        Optional<Position> atLeast = seen.stream()
                .filter(position -> position.getLog().equals(log))
                .filter(position -> position.getPartition() == partition)
                .max(Comparator.comparingLong(Position::getOffset));
        atLeast.ifPresent(position -> query.setAtLeast(position).setWaitMillis((int) positionWait.toMillis()));
        StateQuery asked = query.build();
        Future<StateAnswer> answered = hedged ? state.askEither(log, asked) : state.ask(log, asked);
        return answered.map(answer -> switch (answer.getStatus()) {
            case FOUND -> said(answer, Optional.of(parse(parser, answer.getValue())), false);
            case NOT_FOUND -> said(answer, Optional.empty(), false);
            case UNDECIDED -> said(answer, Optional.empty(), true);
            case NOT_YET -> throw atLeast.map(Reads::notYetVisible).orElseGet(unavailable);
            default -> throw unavailable.get();
        });
    }

    /** -1 while it isn't known how many there are. */
    private int partitionOf(String log, StateQuery.Builder query) {
        if (query.hasPartition()) {
            return query.getPartition();
        }
        int count = state.partitions(log);
        return count == 0 ? -1 : Owners.partitionOf(query.getOwner(), count);
    }

    private static <T> Said<T> said(StateAnswer answer, Optional<T> value, boolean undecided) {
        Optional<Position> position = answer.hasPosition() ? Optional.of(answer.getPosition()) : Optional.empty();
        return new Said<>(value, undecided, position, answer.getAgeMillis());
    }

    private static <T extends MessageLite> T parse(Parser<T> parser, ByteString value) {
        try {
            return parser.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an owner's answer that isn't what was asked for", e);
        }
    }
}
