package dev.millrace.ingest;

import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;

/** The header {@code Prefer} (RFC 7240), as far as it is honoured: respond-async. */
final class Preferences {
    private Preferences() {}

    static boolean respondAsync(HttpServerRequest request) {
        if (!request.headers().contains("Prefer")) {
            return false;
        }
        for (String header : request.headers().getAll("Prefer")) {
            for (String preference : header.split(",", -1)) {
                int end = preference.indexOf(';');
                String name = end < 0 ? preference : preference.substring(0, end);
                if (name.strip().toLowerCase(Locale.ROOT).equals("respond-async")) {
                    return true;
                }
            }
        }
        return false;
    }
}
