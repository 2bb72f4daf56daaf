package dev.millrace.files.topics;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a link consists of: {@code <share id>.<32 hex digits>}. The id leads to its owner, the digits are its secret.
 *
 * @param link the share's id
 * @param secret 16 bytes
 */
public record LinkToken(FileId link, ByteString secret) {
    private static final Pattern TEXT = Pattern.compile("(.{49})\\.([0-9a-f]{32})");
    private static final HexFormat HEX = HexFormat.of();

    /** Empty unless this is the text of one. */
    public static Optional<LinkToken> parse(String text) {
        var parts = TEXT.matcher(text);
        return parts.matches()
                ? FileIds.parse(parts.group(1))
                        .map(link -> new LinkToken(link, ByteString.copyFrom(HEX.parseHex(parts.group(2)))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return link + "." + HEX.formatHex(secret.toByteArray());
    }
}
