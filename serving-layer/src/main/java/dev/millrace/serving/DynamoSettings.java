package dev.millrace.serving;

import dev.millrace.topics.http.Settings;
import java.net.URI;
import java.util.Optional;

/**
 * Where DynamoDB is.
 *
 * @param endpoint empty for Amazon's own of the region
 * @param accessKey empty for what the process's surroundings give, as the AWS SDK looks for it
 */
public record DynamoSettings(
        String region, Optional<URI> endpoint, String accessKey, String secretKey, String tablePrefix) {
    /** Empty: there is none, and nothing is written there. */
    public static Optional<DynamoSettings> from(Settings s) {
        Optional<String> region = s.optional("dynamodb.region", "AWS region of DynamoDB; empty: no DynamoDB");
        Optional<String> endpoint = s.optional("dynamodb.endpoint", "address of DynamoDB; empty: Amazon's own");
        String accessKey = s.text("dynamodb.access.key", "", "AWS access key; empty: as the AWS SDK finds it");
        String secretKey = s.secret("dynamodb.secret.key", "", "the key's secret");
        String tablePrefix = s.text("dynamodb.table.prefix", "millrace-", "what names of tables begin with");
        return region.map(
                name -> new DynamoSettings(name, endpoint.map(URI::create), accessKey, secretKey, tablePrefix));
    }
}
