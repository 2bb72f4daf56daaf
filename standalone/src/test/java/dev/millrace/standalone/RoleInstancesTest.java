package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoleInstancesTest {
    private final RoleInstances two = new RoleInstances("serving", List.of(81, 82));

    @Test
    void instancesTakeTurns() {
        assertThat(ports(Stream.generate(() -> two.next(null)).limit(4))).containsExactlyInAnyOrder(81, 81, 82, 82);
    }

    @Test
    void whatWasTriedIsNotTriedAgain() {
        SocketAddress first = two.next(null);

        assertThat(Stream.generate(() -> two.next(first)).limit(5)).doesNotContain(first);
    }

    @Test
    void oneThatBrokeOffIsLeftOut() {
        SocketAddress broken = two.next(null);

        two.brokeOff(broken);

        assertThat(Stream.generate(() -> two.next(null)).limit(5)).doesNotContain(broken);
    }

    @Test
    void whenAllBrokeOffTheyAreTriedAllTheSame() {
        Stream.of(two.next(null), two.next(null)).forEach(two::brokeOff);

        assertThat(ports(Stream.generate(() -> two.next(null)).limit(4))).contains(81, 82);
    }

    @Test
    void theOnlyOneIsTriedAgain() {
        RoleInstances one = new RoleInstances("ingest", List.of(81));
        SocketAddress only = one.next(null);

        one.brokeOff(only);

        assertThat(one.next(only)).isEqualTo(only);
    }

    private static List<Integer> ports(Stream<SocketAddress> addresses) {
        return addresses.map(SocketAddress::port).toList();
    }
}
