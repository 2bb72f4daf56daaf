package dev.millrace.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes sure that every port can be bound before anything starts. */
final class FreePorts {
    private FreePorts() {}

    /**
     * @param ports by the name of the part that will listen there
     * @throws StartFailure naming every port that is taken, and by whom where that can be told
     */
    static void require(Map<String, Integer> ports) {
        List<String> taken = ports.entrySet().stream()
                .filter(part -> !canBind(part.getValue()))
                .map(FreePorts::describe)
                .toList();
        if (!taken.isEmpty()) {
            throw new StartFailure(
                    "port taken",
                    "\n  " + String.join("\n  ", taken) + "\nStop that program, or start with --port <another>.");
        }
    }

    static boolean canBind(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do: a connection left in TIME_WAIT by the last run doesn't count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String describe(Map.Entry<String, Integer> part) {
        String who = holderOf(part.getValue()).map(p -> " by " + p).orElse("");
        return part.getValue() + who + " (wanted for " + part.getKey() + ")";
    }

    /** The process that listens on a port, as Linux tells it; empty elsewhere, or for other people's processes. */
    private static Optional<String> holderOf(int port) {
        String hex = String.format(":%04X", port);
        return Stream.of("tcp", "tcp6")
                .map(table -> Path.of("/proc/net", table))
                .filter(Files::isReadable)
                .flatMap(FreePorts::lines)
                .map(line -> line.trim().split("\\s+"))
                .filter(f -> f.length > 9 && f[1].endsWith(hex) && f[3].equals("0A"))
                .map(f -> "socket:[" + f[9] + "]")
                .flatMap(socket -> ProcessHandle.allProcesses().filter(p -> holds(p, socket)))
                .map(p -> "process " + p.pid()
                        + p.info().command().map(c -> " (" + c + ")").orElse(""))
                .findFirst();
    }

    private static boolean holds(ProcessHandle process, String socket) {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return open.anyMatch(fd -> socket.equals(targetOf(fd)));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    private static String targetOf(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
