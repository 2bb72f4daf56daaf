package dev.millrace.files.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.standalone.client.UploadParts.Part;
import dev.millrace.files.standalone.client.UploadParts.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UploadPartsTest {
    private final UploadParts parts = new UploadParts(25, 10, 3);

    @Test
    void partsCoverTheFileAndTheLastIsWhatIsLeft() {
        assertThat(parts.missing(Map.of(), part -> ""))
                .containsExactly(new Part(1, 0, 10), new Part(2, 10, 10), new Part(3, 20, 5));
    }

    @Test
    void placesOfPartsOfTheLargestFileDontOverflow() {
        long partBytes = 550L << 20;
        assertThat(new UploadParts(5L << 40, partBytes, 9_533).part(9_533))
                .isEqualTo(new Part(9_533, 9_532 * partBytes, (5L << 40) - 9_532 * partBytes));
    }

    @Test
    void nothingIsOnePartToo() {
        assertThat(new UploadParts(0, 10, 1).missing(Map.of(), part -> "")).containsExactly(new Part(1, 0, 0));
    }

    @Test
    void whatIsThereInItsSizeIsntSentAgain() {
        Map<Integer, Sent> there = Map.of(1, new Sent(10, ""), 3, new Sent(5, ""));
        assertThat(parts.missing(there, part -> "")).containsExactly(new Part(2, 10, 10));
    }

    @Test
    void whatIsThereInAnotherSizeIsSentAgain() {
        Map<Integer, Sent> there = Map.of(1, new Sent(10, ""), 2, new Sent(9, ""), 3, new Sent(10, ""));
        assertThat(parts.missing(there, part -> "")).extracting(Part::number).containsExactly(2, 3);
    }

    @Test
    void aHashIsLookedAtOnlyWhereTheStoreTellsOne() {
        List<Integer> hashed = new ArrayList<>();
        Map<Integer, Sent> there = Map.of(1, new Sent(10, "same"), 2, new Sent(10, "other"), 3, new Sent(5, ""));

        List<Part> missing = parts.missing(there, part -> {
            hashed.add(part.number());
            return "same";
        });

        assertThat(missing).containsExactly(new Part(2, 10, 10));
        assertThat(hashed).containsExactly(1, 2);
    }
}
