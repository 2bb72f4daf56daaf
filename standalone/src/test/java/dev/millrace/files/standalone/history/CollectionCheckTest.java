package dev.millrace.files.standalone.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A bucket that is right is clean; each way in which it may be wrong is found. */
class CollectionCheckTest {
    private final PlayedBucket bucket = new PlayedBucket();

    /** Of four chunks, which a file each names. */
    private final String pack;

    CollectionCheckTest() {
        pack = bucket.pack("first chunk", "second chunk", "third chunk", "fourth chunk");
        bucket.version("one", pack, "first chunk");
        bucket.version("two", pack, "second chunk");
        bucket.version("three", pack, "third chunk");
        bucket.version("four", pack, "fourth chunk");
    }

    private void assertFound(String contradiction) {
        assertThat(bucket.check().contradictions())
                .anySatisfy(one -> assertThat(one).contains(contradiction));
    }

    /** All but the first chunk are dead, and went as they should. Returns the object that has the first. */
    private String collect() {
        bucket.purge("two");
        bucket.purge("three");
        bucket.purge("four");
        bucket.deleteChunk(pack, "second chunk");
        bucket.deleteChunk(pack, "third chunk");
        bucket.deleteChunk(pack, "fourth chunk");
        bucket.closeEpochs();
        String object = bucket.move(pack, "first chunk");
        bucket.deletePack(pack, pack);
        return object;
    }

    @Test
    void whatIsNamedIsThereAndWhatIsDeadHasGone() {
        collect();
        String lie = bucket.pack("of a lie");
        bucket.deleteChunk(lie, "of a lie");
        bucket.deletePack(lie, lie);

        Collected collected = bucket.check();

        assertThat(collected.contradictions()).isEmpty();
        assertThat(collected.lines())
                .containsExactly(
                        "bucket: 1 chunks in 1 packs, which 1 versions name (those of everybody)",
                        "collected: 4 chunks deleted, 2 packs gone, 1 written anew; not collected: 0 packs (0 bytes)"
                                + " and 0 chunks in others that failures made the job forget, 0 manifests of no version");
    }

    @Test
    void whileEpochsAreLongOnlyWhatIsThereIsChecked() {
        bucket.purge("two");
        bucket.closeEpochs();

        Collected collected = bucket.check(new Collecting(Duration.ofHours(1), Duration.ofDays(2)));

        assertThat(collected.contradictions()).isEmpty();
        assertThat(collected.lines())
                .last()
                .asString()
                .startsWith("what collection left isn't checked: an epoch lasts");
    }

    @Test
    void nothingIsDeadForGoodBeforeTwoEpochsWereClosed() {
        bucket.closeEpochs();
        bucket.purge("two");

        assertThat(bucket.check().contradictions()).isEmpty();
        assertThat(bucket.check().gone()).isEmpty();
    }

    @Test
    void whatAFailureMayHaveMadeTheJobForgetIsCounted() {
        bucket.pack("never", "named");
        bucket.passSeconds(60);
        String half = bucket.pack("named later", "not named");
        bucket.version("five", half, "named later");
        bucket.passSeconds(60);
        bucket.jobRunsSinceMillis = Long.MAX_VALUE / 2;
        bucket.closeEpochs();

        Collected collected = bucket.check();

        assertThat(collected.contradictions()).isEmpty();
        assertThat(collected.gone()).hasValueSatisfying(gone -> {
            assertThat(gone.forgottenPacks()).isEqualTo(1);
            assertThat(gone.forgottenChunks()).isEqualTo(1);
        });
    }

    @Test
    void aChunkThatIsMissingInItsPackIsFound() {
        bucket.damage(pack, 2);

        assertFound("isn't what its name says");
    }

    @Test
    void aPackThatIsMissingIsFound() {
        bucket.objects.remove("packs/" + pack);

        assertFound("pack " + pack + " is missing, and 4 chunks in it are named");
        assertFound("as by version 1 of space.");
    }

    @Test
    void aPackThatIsMissingAfterItWasWrittenAnewIsFound() {
        bucket.objects.remove("packs/" + collect());

        assertFound("pack " + pack + " is missing, and 1 chunks in it are named");
    }

    @Test
    void aChunkThatIsForgottenWhenItsPackIsWrittenAnewIsFound() {
        String object = bucket.move(pack, "first chunk", "second chunk", "third chunk");

        assertFound("chunk " + PlayedBucket.chunk("fourth chunk") + " of pack " + pack + " is missing in " + object);
    }

    @Test
    void aManifestThatIsMissingIsFound() {
        bucket.objects.keySet().removeIf(key -> key.startsWith("manifests/"));

        assertFound("is missing, or isn't what it is called: version 1 of space.");
    }

    @Test
    void aDeletedChunkThatAVersionNamesIsFound() {
        bucket.deleteChunk(pack, "second chunk");

        assertFound("chunk " + PlayedBucket.chunk("second chunk") + " of pack " + pack + " is deleted for good, and"
                + " version 1 of space.");
    }

    @Test
    void aDeadChunkThatStaysIsFound() {
        bucket.purge("two");
        bucket.closeEpochs();
        bucket.jobRunsSinceMillis = Long.MAX_VALUE / 2;

        assertFound("is dead, and isn't deleted: no version names it any more");
    }

    @Test
    void aChunkThatNoVersionEverNamedAndStaysIsFound() {
        bucket.pack("of a lie");
        bucket.closeEpochs();

        assertFound("is dead, and isn't deleted: no version ever named it");
    }

    @Test
    void aPackOfDeletedChunksThatStaysIsFound() {
        String lie = bucket.pack("of a lie");
        bucket.deleteChunk(lie, "of a lie");
        bucket.closeEpochs();

        assertFound("pack " + lie + " stays, all of whose chunks are deleted");
    }

    @Test
    void aPackOfLittleUseThatIsNotWrittenAnewIsFound() {
        bucket.purge("one");
        bucket.purge("two");
        bucket.purge("three");
        bucket.deleteChunk(pack, "first chunk");
        bucket.deleteChunk(pack, "second chunk");
        bucket.deleteChunk(pack, "third chunk");
        bucket.closeEpochs();

        assertFound("pack " + pack + " isn't written anew");
    }

    @Test
    void aPackThatWasWrittenAnewAndStaysIsFound() {
        bucket.move(pack, "first chunk", "second chunk", "third chunk", "fourth chunk");
        bucket.closeEpochs();

        assertFound("pack " + pack + " was written anew, and stays");
    }

    @Test
    void aPackThatWasSaidToGoAndStaysIsFound() {
        byte[] there = bucket.objects.getOrDefault("packs/" + pack, new byte[0]);
        collect();
        bucket.objects.put("packs/" + pack, there);

        assertFound("pack " + pack + " was said to go, and stays");
    }

    @Test
    void whatLeadsToAPackThatIsGoneIsFound() {
        String object = collect();
        bucket.purge("one");
        bucket.deleteChunk(pack, "first chunk");
        bucket.deletePack(pack, object);
        bucket.closeEpochs();

        assertFound("moved/" + pack + " stays, and leads to " + object + ", which is gone");
    }

    @Test
    void aPackThatGoesWithoutAWordIsFound() {
        bucket.purge("one");
        bucket.purge("two");
        bucket.purge("three");
        bucket.purge("four");
        bucket.objects.remove("packs/" + pack);
        bucket.closeEpochs();

        assertFound("pack " + pack + " is gone, and it was never said that it goes");
    }
}
