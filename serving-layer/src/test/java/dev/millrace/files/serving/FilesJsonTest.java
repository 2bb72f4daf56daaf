package dev.millrace.files.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.topics.v1.AccessFact;
import dev.millrace.files.topics.v1.AccessKind;
import dev.millrace.files.topics.v1.Savings;
import dev.millrace.files.topics.v1.Usage;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How accesses and usage are shown. */
class FilesJsonTest {
    private static final AccessFact ACCESS = AccessFact.newBuilder()
            .setUserId("bob")
            .setVersion(3)
            .setAtMillis(Instant.parse("2026-11-27T08:00:00.250Z").toEpochMilli())
            .setExpiresAtMillis(Instant.parse("2026-11-27T09:00:00Z").toEpochMilli())
            .setFirstByte(100)
            .setAskedBytes(200)
            .setSentBytes(7)
            .build();

    /** A kind of fact, what it is called, and what it tells beside who, when and which version. */
    static Stream<Arguments> kinds() {
        String asked = ",'firstByte':100,'askedBytes':200";
        return Stream.of(
                Arguments.of(AccessKind.ACCESS_URL_MINTED, "url", "'expiresAt':'2026-11-27T09:00:00.000Z'"),
                Arguments.of(AccessKind.ACCESS_ADMITTED, "download", "'through':'cache'" + asked),
                Arguments.of(AccessKind.ACCESS_BEGUN, "download", "'through':'edge'" + asked),
                Arguments.of(AccessKind.ACCESS_ENDED, "download", "'through':'edge'" + asked + ",'sentBytes':7"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anAccessTellsWhatItsKindKnows(AccessKind kind, String called, String more) {
        assertThat(said(ACCESS.toBuilder().setKind(kind).build()))
                .isEqualTo("{'kind':'" + called + "','at':'2026-11-27T08:00:00.250Z','userId':'bob','version':3," + more
                        + "}");
    }

    @Test
    void aDeviceIsToldIfThereIsOne() {
        assertThat(said(ACCESS)).doesNotContain("deviceId");
        assertThat(said(ACCESS.toBuilder().setDeviceId("phone").build())).contains("'deviceId':'phone'");
    }

    @Test
    void savingsAreToldOnceTheyAreCountedAndNeverMoreThanThereIs() {
        Usage usage = Usage.newBuilder().setLiveBytes(70).setVersionBytes(30).build();
        Savings savings = Savings.newBuilder().setSequence(9).setSavedBytes(40).build();
        Usage counted = usage.toBuilder().setSavings(savings).build();

        assertThat(FilesJson.of(usage).containsKey("dedupSavedBytes")).isFalse();
        assertThat(FilesJson.of(counted).getLong("dedupSavedBytes")).isEqualTo(40);
        assertThat(FilesJson.of(counted.toBuilder().setLiveBytes(0).build()).getLong("dedupSavedBytes"))
                .isEqualTo(30);
        assertThat(FilesJson.of(usage.toBuilder()
                                .setSavings(savings.toBuilder().setUnknown(true))
                                .build())
                        .containsKey("dedupSavedBytes"))
                .isFalse();
    }

    private static String said(AccessFact access) {
        return FilesJson.of(access).encode().replace('"', '\'');
    }
}
