package dev.millrace.topics.golden;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/** A topic's settings as a document shows them. */
final class Settings {
    private Settings() {}

    /** Numbers as numbers, words as words. */
    static Map<String, Object> typed(SortedMap<String, String> config) {
        Map<String, Object> typed = new LinkedHashMap<>();
        config.forEach((setting, value) -> typed.put(setting, value.matches("-?\\d+") ? Long.valueOf(value) : value));
        return typed;
    }
}
