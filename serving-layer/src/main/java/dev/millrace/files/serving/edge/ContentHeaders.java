package dev.millrace.files.serving.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.files.topics.v1.Version;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is said of a content beside its bytes. */
final class ContentHeaders {
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern MIME_TYPE =
            Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}(;[ -~]*)?");
    /** What needs no escape in an extended value (RFC 8187). */
    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~";

    private ContentHeaders() {}

    /** Strong: the same hash is the same bytes. */
    static String etag(Version version) {
        return '"' + HEX.formatHex(version.getSha256().toByteArray()) + '"';
    }

    /** Whether a client that has one of these has this already (If-None-Match). */
    static boolean has(@Nullable String ifNoneMatch, String etag) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String one : ifNoneMatch.split(",", -1)) {
            String tag = one.strip();
            if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }

    /** As the uploader said; it is never believed enough to run. */
    static String type(Version version) {
        return MIME_TYPE.matcher(version.getMimeType()).matches() ? version.getMimeType() : "application/octet-stream";
    }

    /** To be saved under this name (RFC 6266), not shown: for old clients without what isn't ASCII. */
    static String disposition(String name) {
        StringBuilder ascii = new StringBuilder();
        StringBuilder extended = new StringBuilder();
        name.codePoints().forEach(c -> ascii.append(c < ' ' || c > '~' || "\"\\%".indexOf(c) >= 0 ? '_' : (char) c));
        for (byte b : name.getBytes(UTF_8)) {
            if (b > 0 && PLAIN.indexOf(b) >= 0) {
                extended.append((char) b);
            } else {
                extended.append('%').append(HEX.withUpperCase().toHexDigits(b));
            }
        }
        return "attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" + extended;
    }
}
