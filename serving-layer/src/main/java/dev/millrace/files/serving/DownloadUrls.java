package dev.millrace.files.serving;

import java.net.URI;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.services.cloudfront.CloudFrontUtilities;
import software.amazon.awssdk.services.cloudfront.model.CannedSignerRequest;
import software.amazon.awssdk.services.cloudfront.utils.SigningHashAlgorithm;

/** Signs URLs of contents as CloudFront has them signed, with a canned policy: this URL, until then. */
public final class DownloadUrls {
    private final CloudFrontUtilities cloudFront = CloudFrontUtilities.create();
    private final URI address;
    private final PrivateKey key;
    private final String keyId;
    private final Duration last;

    /** A URL, and until when it is good. */
    public record Minted(String url, Instant expiresAt) {}

    public DownloadUrls(URI address, PrivateKey key, String keyId, Duration last) {
        this.address = address;
        this.key = key;
        this.keyId = keyId;
        this.last = last;
    }

    public Minted mint(DownloadLeave leave, Instant now) {
        Instant expiresAt = Instant.ofEpochSecond(now.plus(last).getEpochSecond());
        String url = cloudFront
                .getSignedUrlWithCannedPolicy(CannedSignerRequest.builder()
                        .resourceUrl(address + leave.text())
                        .privateKey(key)
                        .keyPairId(keyId)
                        .expirationDate(expiresAt)
                        .hashAlgorithm(SigningHashAlgorithm.SHA256)
                        .build())
                .url();
        return new Minted(url, expiresAt);
    }
}
