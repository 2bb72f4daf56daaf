package dev.millrace.standalone;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a start was asked for.
 *
 * @param settings more settings, by the name of a role ("streams") or of one of its instances ("streams-0")
 * @param mains other main classes for roles, by the role's name; for tests that run a role with a bug
 * @param withDemo whether the demo's venues and events are put in
 * @param makesArchives whether stopping may take a few seconds longer so that the next start is shorter
 */
public record StandaloneOptions(
        Ports ports,
        Map<String, Map<String, String>> settings,
        Map<String, Main> mains,
        boolean withDemo,
        boolean makesArchives) {
    public StandaloneOptions {
        settings = Map.copyOf(settings);
        mains = Map.copyOf(mains);
    }

    /**
     * A main class.
     *
     * @param classes where it is, besides the role's own class path
     */
    public record Main(String name, Path classes) {}

    public static StandaloneOptions at(Ports ports) {
        return new StandaloneOptions(ports, Map.of(), Map.of(), true, true);
    }

    public StandaloneOptions withDemo(boolean wanted) {
        return new StandaloneOptions(ports, settings, mains, wanted, makesArchives);
    }

    public StandaloneOptions withSettings(Map<String, Map<String, String>> more) {
        return new StandaloneOptions(ports, more, mains, withDemo, makesArchives);
    }

    public StandaloneOptions withoutMakingArchives() {
        return new StandaloneOptions(ports, settings, mains, withDemo, false);
    }

    public StandaloneOptions withMain(String role, Main main) {
        Map<String, Main> more = new HashMap<>(mains);
        more.put(role, main);
        return new StandaloneOptions(ports, settings, more, withDemo, makesArchives);
    }

    /** The settings of an instance: its role's, and its own before them. */
    Map<String, String> settingsOf(String instance) {
        Map<String, String> all = new HashMap<>(settings.getOrDefault(roleOf(instance), Map.of()));
        all.putAll(settings.getOrDefault(instance, Map.of()));
        return all;
    }

    /** The role of an instance: "streams" of "streams-0". */
    static String roleOf(String instance) {
        return instance.replaceFirst("-[0-9]+$", "");
    }
}
