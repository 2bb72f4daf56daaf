package dev.millrace.topics.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path dir;

    @Test
    void argumentsGoBeforeTheFile() throws Exception {
        Path file = dir.resolve("role.properties");
        Files.writeString(file, "http.port=1\nhttp.host = 10.0.0.1 \n");
        Settings settings = Settings.load(file.toString(), "http.port=2");

        assertThat(settings.integer("http.port", 0, 0, 9, "port")).isEqualTo(2);
        assertThat(settings.text("http.host", "", "host")).isEqualTo("10.0.0.1");
        settings.check();
    }

    @Test
    void durationsAreIsoOrShort() {
        Settings settings = Settings.of(Map.of("a", "500ms", "b", "PT2M", "c", "5s"));

        assertThat(duration(settings, "a")).isEqualTo(Duration.ofMillis(500));
        assertThat(duration(settings, "b")).isEqualTo(Duration.ofMinutes(2));
        assertThat(duration(settings, "c")).isEqualTo(Duration.ofSeconds(5));
        assertThat(duration(settings, "absent")).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void everythingWrongIsReportedTogether() {
        Settings settings = Settings.of(Map.of("port", "99999", "wait", "soon", "flag", "yes", "stray", "1"));
        settings.integer("port", 1, 0, 65_535, "the port");
        duration(settings, "wait");
        settings.flag("flag", false, "a flag");
        settings.text("needed", "the thing that is needed");

        assertThatThrownBy(settings::check)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("port: 99999 (expected: 0..65535; the port)")
                .hasMessageContaining("wait: soon")
                .hasMessageContaining("flag: yes (expected: true or false")
                .hasMessageContaining("needed: missing")
                .hasMessageContaining("stray: unknown setting");
    }

    @Test
    void secretsAreNotShown() {
        Settings settings = Settings.of(Map.of("password", "hunter2", "users", "a, b,,"));

        assertThat(settings.secret("password", "", "of the database")).isEqualTo("hunter2");
        assertThat(settings.list("users", List.of(), "who")).containsExactly("a", "b");
        assertThat(settings.describe()).doesNotContain("hunter2").contains("users=a, b,,  # who");
    }

    private static Duration duration(Settings settings, String key) {
        return settings.duration(key, Duration.ofSeconds(1), Duration.ZERO, Duration.ofHours(1), "how long");
    }
}
