package dev.millrace.files.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose leave it is to fetch a version's content. It is all that a URL says: what the version is called and where its
 * bytes are, the owner says when somebody comes with it, if that user may still read it.
 *
 * @param device to which the user's token was given; empty if it named none
 */
public record DownloadLeave(FileId file, long version, String user, String device) {
    /** A path and query, without what signs it. */
    private static final Pattern TEXT = Pattern.compile(
            "/content/([^/?&]{49})/([1-9]\\d{0,17})\\?user=([A-Za-z0-9%._*-]{1,2000})(?:&device=([A-Za-z0-9_-]{1,64}))?");

    /** Path and query of the URL. */
    String text() {
        String whose = URLEncoder.encode(user, UTF_8).replace("+", "%20");
        return "/content/" + file + "/" + version + "?user=" + whose + (device.isEmpty() ? "" : "&device=" + device);
    }

    /** Empty unless it is a leave's text. */
    public static Optional<DownloadLeave> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String device = parts.group(4) == null ? "" : parts.group(4);
        try {
            String user = URLDecoder.decode(parts.group(3), UTF_8);
            return FileIds.parse(parts.group(1))
                    .map(file -> new DownloadLeave(file, Long.parseLong(parts.group(2)), user, device));
        } catch (IllegalArgumentException e) {
            // A % without its two digits.
            return Optional.empty();
        }
    }
}
