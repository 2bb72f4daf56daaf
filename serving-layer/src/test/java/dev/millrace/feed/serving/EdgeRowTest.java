package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.topics.v1.Position;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rows follow facts become. */
class EdgeRowTest {
    private static final long SINCE = Instant.parse("2026-10-31T23:59:59.999Z").toEpochMilli();
    private static final long LATER = Instant.parse("2026-11-02T00:00:00Z").toEpochMilli();
    private static final FollowEdge EDGE = FollowEdge.newBuilder()
            .setAuthorId("bob")
            .setVersion(4)
            .setSinceMillis(SINCE)
            .build();

    @Test
    void aFollowBeginsARowInItsMonth() {
        assertThat(EdgeRow.of(fact(20, SINCE).setFollowed(EDGE).build()))
                .contains(new EdgeRow("alice", "bob", 4, SINCE, "2026-10", false, SINCE, 5, 20));
    }

    @Test
    void anUnfollowEndsTheSameRowMonthsLater() {
        assertThat(EdgeRow.of(fact(30, LATER).setUnfollowed(EDGE).build()))
                .contains(new EdgeRow("alice", "bob", 4, SINCE, "2026-10", true, LATER, 5, 30));
    }

    @Test
    void everyOtherFactWritesNothing() {
        Set<FollowFact.KindCase> edges = Set.of(FollowFact.KindCase.FOLLOWED, FollowFact.KindCase.UNFOLLOWED);
        for (FollowFact.KindCase kind : FollowFact.KindCase.values()) {
            FollowFact.Builder fact = fact(1, SINCE);
            if (kind == FollowFact.KindCase.KIND_NOT_SET) {
                assertThatThrownBy(() -> EdgeRow.of(fact.build())).isInstanceOf(IllegalArgumentException.class);
                continue;
            }
            FieldDescriptor field = FollowFact.getDescriptor().findFieldByNumber(kind.getNumber());
            boolean isEdge = field.getMessageType().equals(FollowEdge.getDescriptor());
            fact.setField(field, isEdge ? EDGE : Relation.getDefaultInstance());
            Optional<EdgeRow> row = EdgeRow.of(fact.build());
            assertThat(row.isPresent()).as("%s", kind).isEqualTo(edges.contains(kind));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 2026-01",
        "2026-01-31T23:59:59.999Z, 2026-01",
        "2026-02-01T00:00:00Z, 2026-02",
        "2031-12-31T12:00:00Z, 2031-12"
    })
    void monthsAreThoseOfUtc(Instant at, String month) {
        assertThat(EdgeRow.monthOf(at.toEpochMilli())).isEqualTo(month);
    }

    private static FollowFact.Builder fact(long offset, long atMillis) {
        return FollowFact.newBuilder()
                .setReaderId("alice")
                .setAtMillis(atMillis)
                .setPosition(
                        Position.newBuilder().setLog("follows").setPartition(5).setOffset(offset));
    }
}
