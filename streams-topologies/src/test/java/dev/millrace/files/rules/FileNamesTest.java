package dev.millrace.files.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".", "..", "a/b", "a\u0000", "a\nb", "\ud800", "x\udc00y"})
    void whatNoFileSystemTakesIsRefused(String name) {
        assertThat(FileNames.problemOf(name)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", ".profile", "a.b.c", "Größe.txt", "日本語", "🎷.mp3", " a", "con", "a\\b"})
    void whatSomeoneMayCallAFileIsAName(String name) {
        assertThat(FileNames.problemOf(name)).isEmpty();
    }

    @Test
    void aNameHas255BytesInUtf8AtMost() {
        assertThat(FileNames.problemOf("ö".repeat(127))).isEmpty();
        assertThat(FileNames.problemOf("ö".repeat(128)))
                .hasValueSatisfying(problem -> assertThat(problem).startsWith("256 bytes"));
    }

    @ParameterizedTest
    @CsvSource({
        "README,readme",
        "Straße,STRASSE",
        "GROẞ,groß",
        "ΟΔΟΣ,οδος",
        "ΟΔΟΣ,οδοσ",
        "ÅNGSTRÖM,a\u030angstro\u0308m",
        "ﬁle,FILE"
    })
    void namesThatDifferOnlyInCaseOrFormAreTheSame(String one, String other) {
        assertThat(FileNames.folded(one)).isEqualTo(FileNames.folded(other));
    }

    @ParameterizedTest
    @CsvSource({"resume,résumé", "a,b", "a,a.txt", "1,①"})
    void otherNamesAreOthers(String one, String other) {
        assertThat(FileNames.folded(one)).isNotEqualTo(FileNames.folded(other));
    }

    @Test
    void everyLetterIsFoldedOnceAndForAll() {
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT).forEach(letter -> {
            String folded = FileNames.folded(Character.toString(letter));
            if (!FileNames.folded(folded).equals(folded)) {
                assertThat(FileNames.folded(folded)).as("U+%04X", letter).isEqualTo(folded);
            }
        });
    }

    @Property
    void foldingIsDoneAfterOneTimeAndKnowsNoForm(@ForAll String name) {
        String folded = FileNames.folded(name);

        assertThat(FileNames.folded(folded)).isEqualTo(folded);
        assertThat(FileNames.folded(Normalizer.normalize(name, Normalizer.Form.NFD)))
                .isEqualTo(folded);
    }

    @Property
    void aMarkedNameIsANameAndKeepsItsEnding(@ForAll @StringLength(min = 1, max = 255) String name) {
        if (FileNames.problemOf(name).isEmpty()) {
            String marked = FileNames.marked(name, "conflict 2026-11-26");

            assertThat(FileNames.problemOf(marked)).isEmpty();
            assertThat(marked).contains(" (conflict 2026-11-26)");
            assertThat(marked.getBytes(UTF_8).length).isLessThanOrEqualTo(255);
        }
    }

    @ParameterizedTest
    @CsvSource({"report.txt,report (m).txt", "report,report (m)", ".profile,.profile (m)", "a.tar.gz,a.tar (m).gz"})
    void theMarkGoesBeforeTheEnding(String name, String marked) {
        assertThat(FileNames.marked(name, "m")).isEqualTo(marked);
    }
}
