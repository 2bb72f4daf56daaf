package dev.millrace.topics.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.millrace.topics.TopicCatalogue;
import dev.millrace.topics.schemas.BreakingChanges;
import dev.millrace.topics.schemas.Contract;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class GoldenFilesTest {
    /** The schemas as they were last written down; what this build must still be able to read. */
    private static final GoldenFile SCHEMAS = new GoldenFile("topics/src/main/descriptors/millrace.binpb");

    @Test
    void everythingWrittenWithTheCommittedSchemasIsStillReadable() throws IOException {
        var before = FileDescriptorSet.parseFrom(SCHEMAS.committed());

        assertThat(BreakingChanges.between(before, Contract.descriptors())).isEmpty();

        SCHEMAS.holds(Contract.descriptors().toByteArray());
    }

    @Test
    void theAsyncApiDocumentIsTheCatalogues() throws IOException {
        new GoldenFile("deploy/asyncapi.yaml").holds(new AsyncApiDocument(TopicCatalogue.ALL).text());
    }

    @Test
    void theStrimziTopicsAreTheCatalogues() throws IOException {
        new GoldenFile("deploy/topics.yaml").holds(StrimziTopics.text(TopicCatalogue.ALL));
    }

    @Test
    void thePageAboutTopicsIsTheCatalogues() throws IOException {
        new GoldenFile("docs/topics.md").holds(TopicsPage.text(TopicCatalogue.ALL));
    }
}
