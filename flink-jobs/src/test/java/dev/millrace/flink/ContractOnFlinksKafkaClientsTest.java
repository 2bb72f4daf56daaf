package dev.millrace.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.Owners;
import dev.millrace.topics.TopicCatalogue;
import dev.millrace.topics.TopicPlan;
import dev.millrace.topics.TopicSpec.Size;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;

/** The contract, compiled against the newest Kafka clients, on the ones that Flink's connector needs. */
class ContractOnFlinksKafkaClientsTest {
    @Test
    void theseAreTheClientsThatTheConnectorNeeds() {
        assertThat(AppInfoParser.getVersion()).startsWith("4.2.");
    }

    @Test
    void factsComeBackFromTheWire() {
        var serde = TicketsTopics.SEAT_FACTS.values();
        var fact = SeatFact.newBuilder()
                .setEventId("autumn-gala")
                .setSeatMapVersion(7)
                .setSeatsHeld(Booking.newBuilder().setStatus(BookingStatus.BOOKING_RESERVED))
                .build();

        byte[] written = serde.serializer().serialize("tickets.seat-facts", fact);

        assertThat(serde.deserializer().deserialize("tickets.seat-facts", written))
                .isEqualTo(fact);
    }

    @Test
    void anUnknownWireVersionIsRefusedHereToo() {
        var serde = TicketsTopics.SEAT_FACTS.values();

        assertThatThrownBy(() -> serde.deserializer().deserialize("tickets.seat-facts", new byte[] {9}))
                .isInstanceOf(SerializationException.class)
                .hasMessage("tickets.seat-facts: wire version 9 (expected: 1)");
    }

    @Test
    void keysBelongToTheSameOwners() {
        assertThat(Owners.partitionOf("autumn-gala", 64)).isEqualTo(45);
    }

    @Test
    void theCommandProducersSettingsAreKnown() {
        var config = CommandProducer.config("127.0.0.1:1", "flink", 1 << 20, Duration.ofSeconds(5));

        assertThat(ProducerConfig.configNames()).containsAll(config.keySet());
        CommandProducer.open(config).close();
    }

    @Test
    void theCatalogueCanBeComparedWithABroker() {
        assertThat(TopicPlan.of(TopicCatalogue.ALL, Size.CLUSTER, 3, Map.of()).refusals())
                .isEmpty();
    }
}
