package dev.millrace.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real socket that answers a path with exactly the bytes it was given, cut as it was told. */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> addresses = new CopyOnWriteArrayList<>();

    /** What to do once a request has come in whole. */
    interface Script {
        void answer(Socket client) throws IOException;
    }

    ScriptedServer() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        daemon(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    void on(String path, Script script) {
        scripts.put(path, script);
    }

    /** Each in a packet of its own. */
    static Script inPieces(String... pieces) {
        return client -> {
            for (String piece : pieces) {
                client.getOutputStream().write(piece.getBytes(ISO_8859_1));
            }
        };
    }

    /** As they came, heads and bodies. */
    List<String> requests() {
        return requests;
    }

    /** Where each connection came from. */
    List<String> addresses() {
        return addresses;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                client.setTcpNoDelay(true);
                addresses.add(client.getInetAddress().getHostAddress());
                daemon(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            while (!client.isClosed()) {
                String request = read(client);
                if (request.isEmpty()) {
                    return;
                }
                requests.add(request);
                Objects.requireNonNull(scripts.get(request.split(" ", 3)[1])).answer(client);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Socket client) throws IOException {
        var request = new StringBuilder();
        int from = -1;
        while (from < 0 || request.length() < from + lengthIn(request)) {
            int next = client.getInputStream().read();
            if (next < 0) {
                return "";
            }
            request.append((char) next);
            from = from < 0 && request.indexOf("\r\n\r\n") >= 0 ? request.length() : from;
        }
        return request.toString();
    }

    private static int lengthIn(StringBuilder request) {
        String name = "Content-Length: ";
        int at = request.indexOf(name);
        return at < 0 ? 0 : Integer.parseInt(request.substring(at + name.length(), request.indexOf("\r\n", at)));
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
