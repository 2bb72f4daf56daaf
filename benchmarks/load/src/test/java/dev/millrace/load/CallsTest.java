package dev.millrace.load;

import static dev.millrace.load.ScriptedServer.inPieces;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallsTest {
    private final Vertx vertx = Calls.vertx();
    private Calls calls = new Calls(vertx, 2);
    private ScriptedServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
    }

    @AfterEach
    void stop() throws IOException {
        calls.close();
        server.close();
        vertx.close().await();
    }

    @Test
    void aRequestCarriesItsHeadersItsLengthAndItsBody() {
        server.on("/bookings/e1", inPieces("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"));

        calls.now(
                HttpMethod.POST,
                server.port(),
                "/bookings/e1",
                Map.of("Idempotency-Key", "k1"),
                Buffer.buffer("{\"ticketIds\":[]}"));

        assertThat(server.requests())
                .containsExactly("POST /bookings/e1 HTTP/1.1\r\nHost: 127.0.0.1\r\nIdempotency-Key: k1\r\n"
                        + "Content-Length: 16\r\n\r\n{\"ticketIds\":[]}");
    }

    @Test
    void anAnswerGivesStatusHeadersBodyAndReason() {
        server.on(
                "/a",
                inPieces("HTTP/1.1 409 Conflict\r\nmillrace-POSITION: seats.3.8\r\ncontent-length: 23\r\n\r\n"
                        + "{\"reason\":\"SEAT_TAKEN\"}"));

        Calls.Answer answer = get("/a");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.words()).isEqualTo("409 SEAT_TAKEN");
        assertThat(answer.headers().get("Millrace-Position")).isEqualTo("seats.3.8");
        assertThat(answer.header("Millrace-Position")).isEqualTo("seats.3.8");
        assertThat(answer.header("Content-Length")).isEqualTo("23");
        assertThat(answer.header("Position")).isEmpty();
        assertThat(answer.json().getString("reason")).isEqualTo("SEAT_TAKEN");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6;a=b\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nB\r\nhello world\r\n0\r\nT: x\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world"
            })
    void anAnswerIsTheSameHoweverItIsCut(String bytes) {
        for (int cut = 0; cut < bytes.length(); cut++) {
            server.on("/" + cut, inPieces(bytes.substring(0, cut), bytes.substring(cut)));
        }
        server.on("/single", inPieces(bytes.split("")));

        for (int cut = 0; cut < bytes.length(); cut++) {
            assertThat(get("/" + cut).body()).hasToString("hello world");
        }
        assertThat(get("/single").body()).hasToString("hello world");
        assertThat(server.addresses()).as("connections").hasSize(1);
    }

    @Test
    void anAnswerWithoutALengthEndsWithItsConnection() {
        server.on("/a", client -> {
            inPieces("HTTP/1.1 200 OK\r\n\r\nhello", " world").answer(client);
            client.close();
        });

        assertThat(get("/a").body()).hasToString("hello world");
    }

    @Test
    void anAnswerThatMayHaveNoBodyHasNone() {
        server.on("/a", inPieces("HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"));

        assertThat(get("/a").body()).hasToString("");
        assertThat(get("/a").body()).hasToString("");
        assertThat(server.addresses()).as("connections").hasSize(1);
    }

    @Test
    void aConnectionThatTheServerGivesUpIsNotUsedAgain() {
        server.on("/a", inPieces("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));

        get("/a");
        get("/a");

        assertThat(server.addresses()).as("connections").hasSize(2);
    }

    @Test
    void aResetIsTold() {
        server.on("/a", client -> {
            inPieces("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhel").answer(client);
            client.setSoLinger(true, 0);
            client.close();
        });

        assertThatThrownBy(() -> get("/a")).isInstanceOf(IOException.class);
    }

    @Test
    void aConnectionThatEndsWithinAnAnswerIsNoAnswer() {
        server.on("/a", client -> {
            inPieces("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhel").answer(client);
            client.close();
        });

        assertThatThrownBy(() -> get("/a")).hasMessage("closed within an answer");
    }

    @Test
    void whatIsNoHttpIsTold() {
        server.on("/a", inPieces("SSH-2.0-OpenSSH_9.2 is not what was asked for\r\n\r\n"));

        assertThatThrownBy(() -> get("/a")).hasMessageStartingWith("status line of an answer: SSH-2.0");
    }

    @Test
    void aRefusedConnectionIsTold() throws Exception {
        server.close();

        assertThatThrownBy(() -> get("/a")).isInstanceOf(IOException.class);
    }

    @Test
    void silenceIsATimeout() {
        calls.close();
        calls = new Calls(vertx, 1, Duration.ofMillis(50));
        server.on("/a", client -> {});

        assertThatThrownBy(() -> get("/a")).isInstanceOf(TimeoutException.class);
    }

    @Test
    void requestsBeyondTheConnectionsWaitForOne() {
        server.on("/a", inPieces("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));

        var answers = java.util.stream.IntStream.range(0, 50)
                .mapToObj(i -> calls.send(HttpMethod.GET, server.port(), "/a", Map.of(), Buffer.buffer()))
                .toList();
        Future.join(answers).await();

        assertThat(server.requests()).hasSize(50);
        assertThat(server.addresses()).as("connections").hasSizeBetween(1, 2);
    }

    @Test
    void connectionsComeFromTheAddressesInTurn() {
        calls.close();
        calls = new Calls(vertx, 2, Duration.ofSeconds(30), List.of("127.1.2.3", "127.4.5.6"));
        server.on("/a", inPieces("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));

        get("/a");
        get("/a");

        assertThat(server.addresses()).containsExactly("127.1.2.3", "127.4.5.6");
    }

    private Calls.Answer get(String path) {
        return calls.send(HttpMethod.GET, server.port(), path, Map.of(), Buffer.buffer())
                .await();
    }
}
