package dev.millrace.topics.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
    private final ClientAddress behindProxies =
            ClientAddress.trusting(List.of("10.0.0.0/8", "192.168.1.5", "fd00::/8"));

    @Test
    void aStrangersForwardedForIsNotBelieved() {
        assertThat(behindProxies.of("203.0.113.9", List.of("1.1.1.1"))).isEqualTo("203.0.113.9");
    }

    @Test
    void theAddressBeforeTheTrustedProxiesIsTheClients() {
        assertThat(behindProxies.of("10.1.2.3", List.of("6.6.6.6, 203.0.113.9, 192.168.1.5")))
                .isEqualTo("203.0.113.9");
        assertThat(behindProxies.of("10.1.2.3", List.of("6.6.6.6", "203.0.113.9")))
                .isEqualTo("203.0.113.9");
        assertThat(behindProxies.of("fd00:0:0:0:0:0:0:1", List.of("2001:db8::7")))
                .isEqualTo("2001:db8:0:0:0:0:0:7");
    }

    @Test
    void textThatIsNoAddressEndsTheSearch() {
        assertThat(behindProxies.of("10.1.2.3", List.of("203.0.113.9, example.org")))
                .isEqualTo("10.1.2.3");
        assertThat(behindProxies.of("10.1.2.3", List.of("999.1.1.1"))).isEqualTo("10.1.2.3");
    }

    @Test
    void withoutForwardedForTheProxyItselfIsTheClient() {
        assertThat(behindProxies.of("10.1.2.3", List.of())).isEqualTo("10.1.2.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "10.0.0.0/33", "10.0.0.0/x", "", "/8"})
    void whatIsNoBlockIsRefused(String cidr) {
        assertThatThrownBy(() -> ClientAddress.trusting(List.of(cidr))).hasMessageContaining("trusted proxy: " + cidr);
    }
}
