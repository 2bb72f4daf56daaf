package dev.millrace.files.serving.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.files.serving.DownloadLeave;
import dev.millrace.topics.http.Problem;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks URLs as CloudFront does those with a canned policy: that we signed just this, and that its time isn't over. */
final class SignedUrls {
    private static final Pattern SIGNED = Pattern.compile("([^\\s\"\\\\]{1,3000})&Expires=(\\d{1,12})"
            + "&Signature=([A-Za-z0-9~_-]{1,1024})&Key-Pair-Id=([A-Za-z0-9_-]{1,64})&Hash-Algorithm=SHA256");

    private final URI address;
    private final Map<String, PublicKey> keys;

    /** @param address the part of a URL before its path */
    SignedUrls(URI address, Map<String, PublicKey> keys) {
        this.address = address;
        this.keys = Map.copyOf(keys);
    }

    /**
     * Whose leave a request brings.
     *
     * @param uri path and query
     * @throws Problem 403 URL_INVALID, URL_EXPIRED
     */
    DownloadLeave leave(String uri, Instant now) {
        Matcher parts = SIGNED.matcher(uri);
        if (!parts.matches() || !isSigned(parts)) {
            throw invalid();
        }
        Instant expires = Instant.ofEpochSecond(Long.parseLong(parts.group(2)));
        if (!now.isBefore(expires)) {
            throw Problem.of(403, "URL_EXPIRED", "This URL was good until " + expires + "; the file has another one.");
        }
        return DownloadLeave.parse(parts.group(1)).orElseThrow(SignedUrls::invalid);
    }

    private boolean isSigned(Matcher parts) {
        PublicKey key = keys.get(parts.group(4));
        if (key == null) {
            return false;
        }
        String policy = "{\"Statement\":[{\"Resource\":\"" + address + parts.group(1)
                + "\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":" + parts.group(2) + "}}}]}";
        try {
            Signature check = Signature.getInstance("SHA256withRSA");
            check.initVerify(key);
            check.update(policy.getBytes(UTF_8));
            return check.verify(signature(parts.group(3)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Not one that this key could have made.
            return false;
        }
    }

    /** CloudFront writes base 64 with characters of its own. */
    private static byte[] signature(String text) {
        return Base64.getDecoder()
                .decode(text.replace('-', '+').replace('_', '=').replace('~', '/'));
    }

    private static Problem invalid() {
        return Problem.of(403, "URL_INVALID", "This isn't a URL that we signed; GET /files/{fileId} gives one.");
    }
}
