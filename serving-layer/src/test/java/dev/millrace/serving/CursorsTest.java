package dev.millrace.serving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.topics.http.Problem;
import org.junit.jupiter.api.Test;

class CursorsTest {
    private final Cursors cursors = new Cursors("a secret that nobody knows".getBytes(UTF_8));

    @Test
    void aCursorLeadsBackToItsPlace() {
        String cursor = cursors.sign("bookings/alice", "1700000000000 e.0011");
        assertThat(cursor).doesNotContain("e.0011").matches("[A-Za-z0-9_-]+");
        assertThat(cursors.open("bookings/alice", cursor)).isEqualTo("1700000000000 e.0011");
    }

    @Test
    void aCursorOfAnotherListIsRefused() {
        String cursor = cursors.sign("bookings/alice", "place");
        assertThatThrownBy(() -> cursors.open("bookings/bob", cursor)).isInstanceOf(Problem.class);
    }

    @Test
    void aChangedCursorIsRefused() {
        String cursor = cursors.sign("list", "place");
        for (int i = 0; i < cursor.length(); i++) {
            char other = cursor.charAt(i) == 'A' ? 'Q' : 'A';
            String changed = cursor.substring(0, i) + other + cursor.substring(i + 1);
            assertThatThrownBy(() -> cursors.open("list", changed))
                    .as("character %d", i)
                    .isInstanceOf(Problem.class);
        }
    }

    @Test
    void anotherKeysCursorIsRefused() {
        String cursor = new Cursors("another secret".getBytes(UTF_8)).sign("list", "place");
        assertThatThrownBy(() -> cursors.open("list", cursor)).isInstanceOf(Problem.class);
    }

    @Test
    void whatIsNoCursorIsRefused() {
        for (String text : new String[] {"", "*", "AAAA", "A".repeat(5000)}) {
            assertThatThrownBy(() -> cursors.open("list", text)).isInstanceOf(Problem.class);
        }
    }
}
