package dev.millrace.files.serving.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.Version;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentHeadersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain.txt | attachment; filename=\"plain.txt\"; filename*=UTF-8''plain.txt",
                "a b.txt | attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt",
                "Größe.pdf | attachment; filename=\"Gr__e.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf",
                "q\"\\;'.txt | attachment; filename=\"q__;'.txt\"; filename*=UTF-8''q%22%5C%3B%27.txt",
                "🎟.png | attachment; filename=\"_.png\"; filename*=UTF-8''%F0%9F%8E%9F.png"
            })
    void theNameIsSavedAsItIs(String name, String header) {
        assertThat(ContentHeaders.disposition(name)).isEqualTo(header);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, text/plain",
        "text/plain; charset=utf-8, text/plain; charset=utf-8",
        "nonsense, application/octet-stream",
        "'text/html\r\nX: y', application/octet-stream",
        "'', application/octet-stream"
    })
    void whatCantBeATypeIsntSaid(String said, String sent) {
        assertThat(ContentHeaders.type(Version.newBuilder().setMimeType(said).build()))
                .isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"ab01\" | true",
                "W/\"ab01\" | true",
                "\"x\", \"ab01\" | true",
                "* | true",
                "\"ab02\" | false",
                "ab01 | false"
            })
    void whoHasItNeedsItNotAgain(String header, boolean has) {
        Version version =
                Version.newBuilder().setSha256(ByteString.fromHex("ab01")).build();

        assertThat(ContentHeaders.has(header, ContentHeaders.etag(version))).isEqualTo(has);
    }
}
