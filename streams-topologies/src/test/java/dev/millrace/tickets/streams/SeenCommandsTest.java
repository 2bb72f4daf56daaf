package dev.millrace.tickets.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.topics.CommandId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeenCommandsTest {
    private final SeenCommands seen = new SeenCommands();

    @Test
    void whatWasAddedMayHaveBeenSeen() {
        List<CommandId> ids = ids("seen");
        ids.forEach(seen::add);
        assertThat(ids).allMatch(seen::mayContain);
    }

    @Test
    void nearlyNothingElseMay() {
        ids("seen").forEach(seen::add);
        assertThat(ids("other").stream().filter(seen::mayContain).count()).isLessThan(50);
    }

    private static List<CommandId> ids(String user) {
        return IntStream.range(0, 50_000)
                .mapToObj(i -> CommandId.of(user, "POST", "/bookings/e", Integer.toString(i)))
                .toList();
    }
}
