package dev.millrace.files.serving;

import dev.millrace.topics.http.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How URLs of contents are signed.
 *
 * @param address where clients reach the edge, or what is in front of it
 * @param keyFile empty: nobody is given a URL
 * @param keyId by which the edge knows the key
 * @param last how long a URL is good
 */
public record DownloadSettings(URI address, Optional<Path> keyFile, String keyId, Duration last) {
    /** A key's id as URLs have it. */
    public static final String KEY_ID = "[A-Za-z0-9_-]{1,64}";

    public static DownloadSettings from(Settings s) {
        String keyId = s.text("files.download.key.id", "millrace", "Key-Pair-Id of the key that signs downloads' URLs");
        if (!keyId.matches(KEY_ID)) {
            s.problem("files.download.key.id: " + keyId + " (expected: 1..64 letters, digits, _ or -)");
        }
        return new DownloadSettings(
                address(s),
                s.path("files.download.key.file", "RSA private key that signs them, PEM; empty: there are no URLs"),
                keyId,
                s.duration(
                        "files.download.url.lasts",
                        Duration.ofHours(1),
                        Duration.ofMinutes(1),
                        Duration.ofDays(1),
                        "how long a download's URL is good, unless the leave ends before"));
    }

    /** Signed with the rest of a URL, so whoever signs and whoever checks are told alike. */
    public static URI address(Settings s) {
        URI address = s.uri(
                "files.download.address",
                URI.create("http://127.0.0.1:8104"),
                "where clients reach the edge, or the cache in front of it");
        boolean plain = address.getAuthority() != null
                && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                && address.getRawPath().isEmpty()
                && address.getRawQuery() == null;
        if (!plain) {
            s.problem("files.download.address: " + address + " (expected: such as https://files.example.com)");
        }
        return address;
    }
}
