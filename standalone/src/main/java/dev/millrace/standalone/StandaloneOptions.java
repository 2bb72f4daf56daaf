package dev.millrace.standalone;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a start was asked for.
 *
 * @param products whose decisions are made; calls of others are answered that nobody is there
 * @param settings more settings, by the name of a role ("streams") or of one of its instances ("streams-0")
 * @param mains other main classes for roles, by the role's name; for tests that run a role with a bug
 * @param withFlink whether the jobs on Flink are run, for products that have some
 * @param withDemo whether the demo's venues and events are put in
 * @param makesArchives whether stopping may take a few seconds longer so that the next start is shorter
 */
public record StandaloneOptions(
        Ports ports,
        Set<Product> products,
        Map<String, Map<String, String>> settings,
        Map<String, Main> mains,
        boolean withFlink,
        boolean withDemo,
        boolean makesArchives) {
    public StandaloneOptions {
        products = Set.copyOf(products);
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
        return new StandaloneOptions(ports, EnumSet.allOf(Product.class), Map.of(), Map.of(), true, true, true);
    }

    public StandaloneOptions withProducts(Set<Product> only) {
        return new StandaloneOptions(ports, only, settings, mains, withFlink, withDemo, makesArchives);
    }

    public StandaloneOptions withDemo(boolean wanted) {
        return new StandaloneOptions(ports, products, settings, mains, withFlink, wanted, makesArchives);
    }

    public StandaloneOptions withFlink(boolean wanted) {
        return new StandaloneOptions(ports, products, settings, mains, wanted, withDemo, makesArchives);
    }

    public StandaloneOptions withSettings(Map<String, Map<String, String>> more) {
        return new StandaloneOptions(ports, products, more, mains, withFlink, withDemo, makesArchives);
    }

    public StandaloneOptions withoutMakingArchives() {
        return new StandaloneOptions(ports, products, settings, mains, withFlink, withDemo, false);
    }

    public StandaloneOptions withMain(String role, Main main) {
        Map<String, Main> more = new HashMap<>(mains);
        more.put(role, main);
        return new StandaloneOptions(ports, products, settings, more, withFlink, withDemo, makesArchives);
    }

    /** Whether a product that was asked for has jobs on Flink, and they are wanted. */
    boolean runsFlink() {
        return withFlink && products.contains(Product.files);
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
