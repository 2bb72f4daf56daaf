package dev.millrace.topics.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A second opinion on the schemas, of the tool most people use for it. Runs with -Pfull; needs npx. */
@Tag("full")
class BufIT {
    @Test
    void theSchemasAreWrittenAsOneExpects() throws Exception {
        assertThat(buf("lint")).isEmpty();
    }

    @Test
    void nothingWrittenBeforeBecomesUnreadable() throws Exception {
        assertThat(buf("breaking", "--against", "src/main/descriptors/millrace.binpb"))
                .isEmpty();
    }

    /** What it complains about; npx's own warnings go elsewhere. */
    private static String buf(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("npx", "--yes", "@bufbuild/buf@1.75.0"));
        command.addAll(List.of(arguments));
        Process buf = new ProcessBuilder(command)
                .directory(new File("."))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String complaints = new String(buf.getInputStream().readAllBytes(), UTF_8);
        int exit = buf.waitFor();
        return exit == 0 ? complaints : "exit " + exit + "\n" + complaints;
    }
}
