package dev.millrace.standalone;

import java.util.Map;

/**
 * What a start was asked for.
 *
 * @param settings more settings per role, by the role's name ("ingest", "streams-0", "serving", "outbound")
 * @param withDemo whether the demo's venues and events are put in
 * @param makesArchives whether stopping may take a few seconds longer so that the next start is shorter
 */
public record StandaloneOptions(
        Ports ports, Map<String, Map<String, String>> settings, boolean withDemo, boolean makesArchives) {
    public StandaloneOptions {
        settings = Map.copyOf(settings);
    }

    public static StandaloneOptions at(Ports ports) {
        return new StandaloneOptions(ports, Map.of(), true, true);
    }

    public StandaloneOptions withDemo(boolean wanted) {
        return new StandaloneOptions(ports, settings, wanted, makesArchives);
    }

    public StandaloneOptions withSettings(Map<String, Map<String, String>> more) {
        return new StandaloneOptions(ports, more, withDemo, makesArchives);
    }

    public StandaloneOptions withoutMakingArchives() {
        return new StandaloneOptions(ports, settings, withDemo, false);
    }

    Map<String, String> settingsOf(String role) {
        return settings.getOrDefault(role, Map.of());
    }
}
