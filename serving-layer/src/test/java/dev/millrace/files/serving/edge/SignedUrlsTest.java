package dev.millrace.files.serving.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.millrace.files.serving.DownloadLeave;
import dev.millrace.files.serving.DownloadUrls;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.topics.http.Problem;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedUrlsTest {
    private static final URI ADDRESS = URI.create("https://files.example.com");
    private static final Instant NOW = Instant.parse("2026-11-26T21:40:00.500Z");
    private static final Duration LAST = Duration.ofHours(1);
    private static final KeyPair KEYS = keys();
    private static final DownloadLeave LEAVE = new DownloadLeave(
            new FileId(FileIds.namespaceOf("alice"), ByteString.copyFromUtf8("0123456789abcdef")),
            3,
            "alice",
            "laptop");

    private final DownloadUrls mint = new DownloadUrls(ADDRESS, KEYS.getPrivate(), "key-1", LAST);
    private final SignedUrls check = new SignedUrls(ADDRESS, Map.of("key-1", KEYS.getPublic()));

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String uri(DownloadUrls.Minted minted) {
        assertThat(minted.url()).startsWith(ADDRESS + "/content/");
        return minted.url().substring(ADDRESS.toString().length());
    }

    private static void assertRefused(SignedUrls by, String uri, Instant at, String reason) {
        assertThatThrownBy(() -> by.leave(uri, at)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(403);
            assertThat(problem.reason()).isEqualTo(reason);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "a b+c&d=e%/?#", "Jürgen", "日本", "auth0|5f7c8ec7c33c6c004bbafe82"})
    void whatCloudFrontsOwnToolSignsIsBelieved(String user) {
        DownloadLeave leave = new DownloadLeave(LEAVE.file(), 1, user, "");

        assertThat(check.leave(uri(mint.mint(leave, NOW)), NOW)).isEqualTo(leave);
    }

    @Test
    void theDeviceIsSignedToo() {
        assertThat(check.leave(uri(mint.mint(LEAVE, NOW)), NOW)).isEqualTo(LEAVE);
    }

    @ParameterizedTest
    @CsvSource({
        "/3?, /4?",
        "user=alice, user=bob",
        "device=laptop, device=phone",
        "&device=laptop, ''",
        "Expires=1, Expires=2",
        "Signature=, Signature=A",
        "Key-Pair-Id=key-1, Key-Pair-Id=key-2",
        "Hash-Algorithm=SHA256, Hash-Algorithm=SHA1",
        "SHA256, SHA256&x=1",
        "/content/, /content//"
    })
    void aUrlThatWasChangedIsNone(String from, String to) {
        String signed = uri(mint.mint(LEAVE, NOW));
        String changed = signed.replaceFirst(java.util.regex.Pattern.quote(from), to);
        assertThat(changed).isNotEqualTo(signed);

        assertRefused(check, changed, NOW, "URL_INVALID");
    }

    @Test
    void itIsGoodUntilItsTimeAndNotThen() {
        DownloadUrls.Minted minted = mint.mint(LEAVE, NOW);
        assertThat(minted.expiresAt()).isEqualTo(Instant.parse("2026-11-26T22:40:00Z"));

        assertThat(check.leave(uri(minted), minted.expiresAt().minusMillis(1))).isEqualTo(LEAVE);
        assertRefused(check, uri(minted), minted.expiresAt(), "URL_EXPIRED");
    }

    @Test
    void anotherKeysSignatureIsNone() {
        DownloadUrls other = new DownloadUrls(ADDRESS, keys().getPrivate(), "key-1", LAST);

        assertRefused(check, uri(other.mint(LEAVE, NOW)), NOW, "URL_INVALID");
    }

    @Test
    void aUrlOfAnotherAddressIsNone() {
        SignedUrls elsewhere =
                new SignedUrls(URI.create("https://elsewhere.example.com"), Map.of("key-1", KEYS.getPublic()));

        assertRefused(elsewhere, uri(mint.mint(LEAVE, NOW)), NOW, "URL_INVALID");
    }
}
