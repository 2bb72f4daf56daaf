package dev.millrace.files.topics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class LinkTokenTest {
    private static final FileId LINK =
            new FileId(FileIds.namespaceOf("alice"), ByteString.copyFromUtf8("0123456789abcdef"));

    @Test
    void aTokenLeadsToItsLinkAndCarriesItsSecret() {
        LinkToken token = new LinkToken(LINK, ByteString.copyFromUtf8("fedcba9876543210"));

        assertThat(LinkToken.parse(token.toString())).contains(token);
    }

    @Test
    void whatIsNoTokenIsNone() {
        assertThat(LinkToken.parse("")).isEmpty();
        assertThat(LinkToken.parse(LINK.toString())).isEmpty();
        assertThat(LinkToken.parse(LINK + "." + "0".repeat(31))).isEmpty();
        assertThat(LinkToken.parse("x".repeat(49) + "." + "0".repeat(32))).isEmpty();
    }
}
