package dev.millrace.files.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.topics.v1.Change;
import dev.millrace.files.topics.v1.ChangesView;
import dev.millrace.topics.http.Problem;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ChangeHistoryTest {
    private static final ChangesView KEPT = ChangesView.newBuilder()
            .setOldest(10)
            .setNewest(20)
            .addAllChanges(changes(11, 15))
            .build();

    @Test
    void whatIsForgottenComesBeforeWhatIsKept() {
        ChangesView page = ChangeHistory.page(changes(3, 7), KEPT, 4);

        assertThat(page.getChangesList()).isEqualTo(changes(3, 7, 11, 15));
        assertThat(page.getMore()).isFalse();
        assertThat(page.getNewest()).isEqualTo(20);
    }

    @Test
    void whatHasNoRoomIsOnTheNextPage() {
        ChangesView page = ChangeHistory.page(changes(3, 7, 9), KEPT, 4);

        assertThat(page.getChangesList()).isEqualTo(changes(3, 7, 9, 11));
        assertThat(page.getMore()).isTrue();
    }

    @Test
    void thereIsMoreIfOwnersSaySoOrHistoryDoes() {
        ChangesView more = KEPT.toBuilder().setMore(true).build();

        assertThat(ChangeHistory.page(List.of(), more, 4).getMore()).isTrue();
        assertThat(ChangeHistory.page(changes(3, 7, 9), KEPT, 2).getChangesList())
                .isEqualTo(changes(3, 7));
    }

    @Test
    void whileTheHistoryIsAwayNobodyIsToldAShorterOne() {
        Future<ChangesView> page = ChangeHistory.before(KEPT, 0, 4, () -> Future.failedFuture("away"));

        assertThat(page.cause()).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.headers()).containsKey("Retry-After");
        });
    }

    @Test
    void whatTheOwnerKnowsNeedsNoHistory() {
        Future<ChangesView> page = ChangeHistory.before(KEPT, 9, 4, () -> Future.failedFuture("away"));

        assertThat(page.result()).isEqualTo(KEPT);
    }

    private static List<Change> changes(long... sequences) {
        return LongStream.of(sequences)
                .mapToObj(sequence -> Change.newBuilder().setSequence(sequence).build())
                .toList();
    }
}
