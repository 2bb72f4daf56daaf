package dev.millrace.files.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.topics.CommandId;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadContentTest {
    private static final int SMALL = 256 * 1024;

    private final FileId id =
            new FileId(FileIds.namespaceOf("alice"), CommandId.random().bytes());
    private final MemoryStore store = new MemoryStore();
    private final UploadContent content = new UploadContent(store, id);

    private byte[] sent(int bytes) {
        byte[] sent = new byte[bytes];
        new Random(bytes).nextBytes(sent);
        store.sent(id, sent);
        return sent;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, SMALL, SMALL + 1})
    void itIsReadAsItWasSent(int bytes) throws IOException {
        byte[] sent = sent(bytes);

        assertThat(content.bytes(bytes)).hasValue(bytes);
        try (InputStream all = content.read(0, bytes);
                InputStream last = content.read(bytes - 1, 1)) {
            assertThat(Arrays.equals(all.readAllBytes(), sent)).isTrue();
            assertThat(last.readAllBytes()).containsExactly(sent[bytes - 1]);
        }
    }

    @Test
    void anEmptyOneHasNoBytes() throws IOException {
        sent(0);

        assertThat(content.bytes(0)).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, SMALL, SMALL + 1})
    void lessAndMoreThanThereShouldBeIsSaid(int should) throws IOException {
        sent(should - 1);
        assertThat(content.bytes(should)).hasValue(should - 1L);

        sent(should + 5);
        assertThat(content.bytes(should).getAsLong()).isGreaterThan(should);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, SMALL, SMALL + 1})
    void oneThatIsntThereIsMissing(int bytes) throws IOException {
        assertThat(content.bytes(bytes)).isEmpty();
        assertThatThrownBy(() -> content.read(0, bytes)).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void ofASmallOneThatIsGoneNothingIsKept() throws IOException {
        sent(SMALL);
        assertThat(content.bytes(SMALL)).hasValue(SMALL);
        store.delete(ContentKeys.upload(id));

        assertThat(content.bytes(SMALL)).isEmpty();
        assertThatThrownBy(() -> content.read(0, SMALL)).isInstanceOf(FileNotFoundException.class);
    }
}
