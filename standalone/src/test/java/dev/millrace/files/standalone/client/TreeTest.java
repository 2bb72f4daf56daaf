package dev.millrace.files.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TreeTest {
    @Test
    void aPathIsItsNamesHoweverManySlashesAreBetween() {
        assertThat(Tree.names("/Letters//2026.txt/")).containsExactly("Letters", "2026.txt");
        assertThat(Tree.names("/")).isEmpty();
    }

    @Test
    void aPathBeginsAtTheRoot() {
        assertThatThrownBy(() -> Tree.names("Letters"))
                .isInstanceOf(FilesFailure.class)
                .hasMessage("Letters (expected: a path that begins with /, or the id of a file or folder)");
    }

    @Test
    void namesAreFoundInAnyCaseAndForm() {
        assertThat(Tree.isSame("Caf\u00e9", "CAFE\u0301")).isTrue();
        assertThat(Tree.isSame("Cafe", "Caf\u00e9")).isFalse();
        assertThat(Tree.isSame("istanbul", "\u0130stanbul")).isFalse();
    }
}
