package dev.millrace.files.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.LinkPassword;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class LinkPasswordsTest {
    private static final ByteString SALT = ByteString.copyFromUtf8("0123456789abcdef");

    @Test
    void theRightPasswordHasTheHashAndNoOther() {
        LinkPassword kept = LinkPasswords.of("s3cret", SALT);

        assertThat(LinkPasswords.hash("s3cret", kept)).isEqualTo(kept.getHash());
        assertThat(LinkPasswords.hash("S3cret", kept)).isNotEqualTo(kept.getHash());
        assertThat(kept.getHash().size()).isEqualTo(32);
        assertThat(kept.toString()).doesNotContain("s3cret");
    }

    @Test
    void theSameWithAnotherSaltIsAnother() {
        assertThat(LinkPasswords.of("s3cret", ByteString.copyFromUtf8("salt")).getHash())
                .isNotEqualTo(LinkPasswords.of("s3cret", SALT).getHash());
    }

    /** As Python's hashlib.pbkdf2_hmac("sha512", …) has it: what is kept must open for ever. */
    @Test
    void itIsPbkdf2() {
        LinkPassword how =
                LinkPassword.newBuilder().setSalt(SALT).setIterations(1_000).build();

        assertThat(HexFormat.of().formatHex(LinkPasswords.hash("s3cret", how).toByteArray()))
                .isEqualTo("23a8e7b7c6cce09f6bef5d4a7e956ab99cf339964ba2ebdf4f19a85a0c1a1349");
    }
}
