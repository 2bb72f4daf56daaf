package dev.millrace.tickets.ingest;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.CatalogueCommand;
import dev.millrace.topics.http.StateFrames;
import dev.millrace.topics.v1.PartitionMap;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Answers state queries from the definitions that a {@link TestDecider} has seen. */
final class TestState implements AutoCloseable {
    private final HttpServer server;
    private final TestDecider decider;

    TestState(TestDecider decider) throws IOException {
        this.decider = decider;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/state/map", exchange -> answer(exchange, map().toByteArray()));
        server.createContext("/state/queries", exchange -> answer(exchange, answers(exchange)));
        server.start();
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private PartitionMap map() {
        PartitionMap.Builder map = PartitionMap.newBuilder();
        for (int p = 0; p < TicketsTopics.CATALOGUE_COMMANDS.partitions().standalone(); p++) {
            map.addHeld(PartitionMap.Held.newBuilder()
                    .setLog(TicketsTopics.CATALOGUE)
                    .setPartition(p)
                    .setActive(address()));
        }
        return map.build();
    }

    private byte[] answers(HttpExchange exchange) throws IOException {
        Buffer body = Buffer.buffer(exchange.getRequestBody().readAllBytes());
        Buffer answers = Buffer.buffer();
        StateFrames.parser(body.length(), (place, message) -> StateFrames.append(answers, place, query(message)))
                .handle(body);
        return answers.getBytes();
    }

    private StateAnswer query(byte[] message) {
        try {
            return query(StateQuery.parseFrom(message));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private StateAnswer query(StateQuery query) {
        StateAnswer.Builder answer = StateAnswer.newBuilder().setStatus(StateAnswer.Status.NOT_FOUND);
        for (CatalogueCommand command : decider.catalogue()) {
            if (query.getKey().equals("venue/" + command.getDefineVenue().getVenueId())) {
                answer.setStatus(StateAnswer.Status.FOUND)
                        .setValue(command.getDefineVenue().toByteString());
            }
            if (query.getKey()
                    .equals("performer/" + command.getDefinePerformer().getPerformerId())) {
                answer.setStatus(StateAnswer.Status.FOUND)
                        .setValue(command.getDefinePerformer().toByteString());
            }
        }
        return answer.build();
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
