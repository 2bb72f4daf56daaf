package dev.millrace.feed.rules;

import java.util.Optional;

/** The shape of users' ids. They are their issuer's to choose, so nearly anything is one. */
final class UserIds {
    private static final int CHARS_MAX = 128;

    private UserIds() {}

    /** Keys of stores end an id with a zero byte, so none may have one. */
    static Optional<String> problemOf(String what, String id) {
        if (id.isEmpty() || id.length() > CHARS_MAX) {
            return Optional.of(what + ": " + id.length() + " characters (expected: 1.." + CHARS_MAX + ")");
        }
        return id.chars().anyMatch(Character::isISOControl)
                ? Optional.of(what + ": with control characters (expected: none)")
                : Optional.empty();
    }
}
