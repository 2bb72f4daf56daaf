package dev.millrace.topics.http;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a request really comes from. X-Forwarded-For is believed only as far as trusted proxies wrote it: from its
 * right end leftwards, the first address that isn't a trusted proxy's is the client's.
 */
public final class ClientAddress {
    private final List<Network> trusted;

    private record Network(InetAddress block, int bits) {
        boolean contains(InetAddress candidate) {
            byte[] address = block.getAddress();
            byte[] other = candidate.getAddress();
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private ClientAddress(List<Network> trusted) {
        this.trusted = trusted;
    }

    /** @throws IllegalArgumentException if one isn't an address or CIDR block such as 10.0.0.0/8 */
    public static ClientAddress trusting(List<String> proxies) {
        return new ClientAddress(proxies.stream().map(ClientAddress::network).toList());
    }

    /** The client's address as text. */
    public String of(HttpServerRequest request) {
        var remote = request.remoteAddress();
        String peer = remote == null || remote.hostAddress() == null ? "unknown" : remote.hostAddress();
        if (trusted.isEmpty()) {
            return peer;
        }
        return of(peer, request.headers().getAll("X-Forwarded-For"));
    }

    String of(String peer, List<String> forwardedFor) {
        if (!isTrusted(peer)) {
            return peer;
        }
        List<String> hops = forwardedFor.stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .map(String::strip)
                .toList();
        String client = peer;
        for (int i = hops.size() - 1; i >= 0; i--) {
            Optional<InetAddress> hop = parse(hops.get(i));
            if (hop.isEmpty()) {
                return client;
            }
            client = hop.get().getHostAddress();
            if (!isTrusted(client)) {
                return client;
            }
        }
        return client;
    }

    private boolean isTrusted(String address) {
        Optional<InetAddress> parsed = parse(address);
        return parsed.isPresent() && trusted.stream().anyMatch(n -> n.contains(parsed.get()));
    }

    private static Network network(String cidr) {
        int slash = cidr.indexOf('/');
        Optional<InetAddress> address = parse(slash < 0 ? cidr : cidr.substring(0, slash));
        int bits = bits(slash < 0 ? null : cidr.substring(slash + 1), address);
        if (address.isEmpty() || bits < 0) {
            throw new IllegalArgumentException(
                    "trusted proxy: " + cidr + " (expected: an address or a block such as 10.0.0.0/8)");
        }
        return new Network(address.get(), bits);
    }

    private static int bits(@Nullable String text, Optional<InetAddress> address) {
        int most = address.map(a -> a.getAddress().length * 8).orElse(-1);
        if (text == null) {
            return most;
        }
        return text.matches("\\d{1,3}") && Integer.parseInt(text) <= most ? Integer.parseInt(text) : -1;
    }

    private static Optional<InetAddress> parse(String literal) {
        // Netty's, not the JDK's: that one would ask a name server about text that only looks like an address.
        return Optional.ofNullable(NetUtil.createInetAddressFromIpAddressString(literal));
    }
}
