package dev.millrace.files.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/**
 * Names of files and folders: which can be one, which two are the same, and what a second one is called. The typed form
 * is what is kept and shown.
 */
public final class FileNames {
    /** What file systems take: 255 bytes of UTF-8. */
    private static final int BYTES_MAX = 255;

    private FileNames() {}

    /** What is wrong with a name; empty if nothing is. */
    public static Optional<String> problemOf(String name) {
        int bytes = Math.max(name.getBytes(UTF_8).length, normalised(name).getBytes(UTF_8).length);
        if (name.isBlank() || name.equals(".") || name.equals("..")) {
            return Optional.of("\"" + name + "\" (expected: a name)");
        }
        if (bytes > BYTES_MAX) {
            return Optional.of(bytes + " bytes (expected: at most " + BYTES_MAX + " in UTF-8)");
        }
        return name.codePoints().anyMatch(FileNames::isRefused)
                ? Optional.of("\"" + name + "\" (expected: no /, no control characters, whole Unicode characters)")
                : Optional.empty();
    }

    private static boolean isRefused(int c) {
        int type = Character.getType(c);
        return c == '/' || type == Character.CONTROL || type == Character.SURROGATE;
    }

    /**
     * The same for names that are the same: equal after Unicode NFC and case folding. By way of upper case, so that what
     * has no single upper-case letter (ß, ŉ) meets its pair; of lower case before, for what has no single lower-case one
     * (ẞ); and a sigma at a word's end is a sigma.
     */
    public static String folded(String name) {
        String upper = normalised(name).toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT);
        return normalised(upper.toLowerCase(Locale.ROOT).replace('ς', 'σ'));
    }

    private static String normalised(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    /**
     * What a file is called whose name somebody else has: {@code report (mark).txt}. Its own end is cut off where it
     * would be too long.
     */
    static String marked(String name, String mark) {
        int dot = name.lastIndexOf('.');
        String ending = dot > 0 ? name.substring(dot) : "";
        String added = " (" + mark + ")";
        if ((added + ending).getBytes(UTF_8).length > BYTES_MAX / 2) {
            ending = "";
        }
        String stem = ending.isEmpty() ? name : name.substring(0, dot);
        String marked = stem + added + ending;
        while (problemOf(marked).isPresent()) {
            stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
            marked = stem + added + ending;
        }
        return marked;
    }
}
