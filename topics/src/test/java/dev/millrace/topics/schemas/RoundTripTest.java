package dev.millrace.topics.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.millrace.topics.TopicCatalogue;
import dev.millrace.topics.WireSerde;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RoundTripTest {
    private static final List<Message> TYPES = Contract.messages().toList();

    @Property(tries = 5000)
    void everyMessageComesBackFromTheWireAsItWas(@ForAll("messages") Message message) {
        WireSerde<Message> serde = WireSerde.of(message.getDefaultInstanceForType());

        assertThat(serde.decode("wire", serde.encode(message))).isEqualTo(message);
    }

    /** A rolling upgrade: the old build reads and writes back what the new one added. */
    @Property
    void aFieldThisBuildDoesNotKnowIsKept(@ForAll("messages") Message message, @ForAll long added) {
        var field = UnknownFieldSet.Field.newBuilder().addFixed64(added).build();
        Message newer = message.toBuilder()
                .setUnknownFields(
                        UnknownFieldSet.newBuilder().addField(9999, field).build())
                .build();
        WireSerde<Message> serde = WireSerde.of(message.getDefaultInstanceForType());

        assertThat(serde.encode(serde.decode("wire", serde.encode(newer)))).isEqualTo(serde.encode(newer));
    }

    @Example
    void noSchemaFileIsLeftOut() throws IOException {
        try (var files = Files.walk(Path.of("src/main/proto"))) {
            List<String> schemas = files.filter(file -> file.toString().endsWith(".proto"))
                    .map(file -> Path.of("src/main/proto")
                            .relativize(file)
                            .toString()
                            .replace('\\', '/'))
                    .toList();

            assertThat(Contract.FILES).extracting(file -> file.getName()).containsExactlyInAnyOrderElementsOf(schemas);
        }
    }

    @Example
    void everyTopicCarriesAMessageOfTheContract() {
        assertThat(TopicCatalogue.ALL)
                .filteredOn(topic -> topic.valueType() != byte[].class)
                .extracting(topic -> topic.valueType().getName())
                .isSubsetOf(
                        TYPES.stream().map(type -> type.getClass().getName()).toList());
    }

    @Provide
    Arbitrary<Message> messages() {
        return Arbitraries.of(TYPES)
                .flatMap(type -> Arbitraries.longs().map(seed -> new AnyMessage(new Random(seed)).like(type)));
    }
}
