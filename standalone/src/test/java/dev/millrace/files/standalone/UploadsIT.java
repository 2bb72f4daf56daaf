package dev.millrace.files.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bytes of files on their way into the store, by the URLs that the API gives out. */
@ExtendWith(OneSystem.class)
class UploadsIT {
    private static final int PART_BYTES = Sender.PART_BYTES;

    private final TestSystem system;
    private final Sender sender = new Sender();
    private final FilesUser alice;
    private final FilesUser bob;

    UploadsIT(TestSystem system) {
        this.system = system;
        this.alice = FilesUser.any(system, "alice");
        this.bob = FilesUser.any(system, "bob");
    }

    private Answer begin(String name, byte[] content) {
        return Sender.begin(alice, name, content.length, Sender.sha256(content));
    }

    private static String path(Answer begun) {
        return Sender.path(begun);
    }

    private static Answer sign(FilesUser user, Answer begun, byte[] content, Integer... numbers) {
        return Sender.sign(user, begun, content, numbers);
    }

    private static List<Integer> there(Answer upload) {
        assertThat(upload.status()).as("%s", upload).isEqualTo(200);
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode part : upload.json().path("parts")) {
            numbers.add(part.path("number").asInt());
        }
        return numbers;
    }

    @Test
    void aSmallFileIsSentToTheUrlOfItsBeginning() {
        byte[] content = Sender.content(1, 5);
        Answer begun = begin("small", content);
        assertThat(there(alice.read(path(begun)))).isEmpty();
        assertThat(alice.api().post(path(begun) + "/complete", "").reason()).isEqualTo("PARTS_MISSING");

        assertThat(sender.whole(begun, content)).isEqualTo(200);
        assertThat(there(alice.read(path(begun)))).containsExactly(1);
        Answer completed = alice.did(202, "POST", path(begun) + "/complete", null);

        assertThat(completed.member("status")).isEqualTo("verifying");
        assertThat(completed.header("Location")).contains(path(begun));
        assertThat(alice.read("/files/" + begun.member("fileId")).member("status"))
                .isEqualTo("verifying");
    }

    @Test
    void aLargeFileIsSentInPartsAndGoneOnWithElsewhere() {
        byte[] content = Sender.content(2, 2 * PART_BYTES + 5);
        Answer begun = begin("large", content);
        assertThat(begun.json().path("partCount").asInt()).isEqualTo(3);
        assertThat(begun.json().has("uploadUrl")).isFalse();
        Answer signed = sign(alice, begun, content, 1, 2, 3);
        assertThat(sender.part(signed, 3, Sender.part(content, 3, PART_BYTES))).isEqualTo(200);
        assertThat(sender.part(signed, 1, Sender.part(content, 1, PART_BYTES))).isEqualTo(200);

        FilesUser elsewhere = alice.on(system, "laptop");
        assertThat(there(elsewhere.read(path(begun)))).containsExactly(1, 3);
        Answer early = elsewhere.api().post(path(begun) + "/complete", "");
        assertThat(early.reason()).isEqualTo("PARTS_MISSING");
        assertThat(sender.part(sign(elsewhere, begun, content, 2), 2, Sender.part(content, 2, PART_BYTES)))
                .isEqualTo(200);

        Answer completed = elsewhere.did(202, "POST", path(begun) + "/complete", null);
        assertThat(completed.member("status")).isEqualTo("verifying");
        Answer again = elsewhere.did(202, "POST", path(begun) + "/complete", null);
        assertThat(again.member("uploadId")).isEqualTo(begun.member("uploadId"));
        assertThat(sign(alice, begun, content, 1).reason()).isEqualTo("UPLOAD_ENDED");
    }

    @Test
    void leaveIsForTheseBytesHereOnly() {
        byte[] content = Sender.content(3, 5);
        Answer begun = begin("one", content);
        Answer other = begin("other", content);
        Answer signed = sign(alice, begun, content, 1);

        assertThat(sender.whole(begun, Sender.content(3, 6))).isEqualTo(403);
        String elsewhere = begun.member("uploadUrl").replace(path(begun), path(other));
        assertThat(sender.put(elsewhere, begun.json().path("uploadHeaders"), content))
                .isEqualTo(403);
        assertThat(sender.part(signed, 1, Sender.content(3, 6))).isEqualTo(403);
        assertThat(sign(bob, begun, content, 1).reason()).isEqualTo("UNKNOWN_UPLOAD");
        assertThat(bob.api().post(path(begun) + "/complete", "").reason()).isEqualTo("UNKNOWN_UPLOAD");
        assertThat(there(alice.read(path(begun)))).isEmpty();
        assertThat(there(alice.read(path(other)))).isEmpty();
    }

    @Test
    void whatWasSentOfAnUploadThatIsGivenUpGoes() {
        byte[] small = Sender.content(4, 5);
        Answer whole = begin("whole", small);
        assertThat(sender.whole(whole, small)).isEqualTo(200);
        byte[] large = Sender.content(5, PART_BYTES + 1);
        Answer inParts = begin("in parts", large);
        assertThat(sender.part(sign(alice, inParts, large, 2), 2, Sender.part(large, 2, PART_BYTES)))
                .isEqualTo(200);
        assertThat(system.contentOf(whole.member("uploadId"))).isNotEmpty();
        assertThat(system.contentOf(inParts.member("uploadId"))).isNotEmpty();

        alice.did(200, "DELETE", path(whole), null);
        alice.did(200, "DELETE", path(inParts), null);

        await().untilAsserted(() -> {
            assertThat(system.contentOf(whole.member("uploadId"))).isEmpty();
            assertThat(system.contentOf(inParts.member("uploadId"))).isEmpty();
        });
        assertThat(alice.read(path(inParts)).member("status")).isEqualTo("abandoned");
    }
}
