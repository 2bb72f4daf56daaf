package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** Sends bytes as they are, which no HTTP client would, and reads what is answered; one connection each. */
public final class Wire {
    private static final int ANSWER_WITHIN_MILLIS = 20_000;

    private final URI address;

    public Wire(String address) {
        this.address = URI.create(address);
    }

    /** What was answered; for 101 without what follows it. */
    public record Heard(int status, HttpHeaders headers, String body) {}

    /** A request's head as text, with the Host and the end that it needs. */
    public String head(String method, String path, String... headers) {
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + address.getAuthority());
        for (int i = 0; i < headers.length; i += 2) {
            text.append("\r\n").append(headers[i]).append(": ").append(headers[i + 1]);
        }
        return text.append("\r\n\r\n").toString();
    }

    /** Empty if the connection was closed without an answer. */
    public Optional<Heard> send(byte[] request, boolean endThere) {
        boolean bodiless = new String(request, 0, Math.min(5, request.length), ISO_8859_1).equals("HEAD ");
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(ANSWER_WITHIN_MILLIS);
            write(socket, request, endThere);
            return hear(new BufferedInputStream(socket.getInputStream()), bodiless);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no answer within " + ANSWER_WITHIN_MILLIS + " ms", e);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A server may refuse what is too large before it has all of it; its answer counts then. */
    private static void write(Socket socket, byte[] request, boolean endThere) {
        try {
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            if (endThere) {
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            // What is there to read will tell.
        }
    }

    private static Optional<Heard> hear(InputStream in, boolean bodiless) throws IOException {
        int status;
        HttpHeaders headers;
        do {
            String first = line(in);
            if (!first.matches("HTTP/1\\.[01] \\d{3}.*")) {
                return Optional.empty();
            }
            status = Integer.parseInt(first.substring(9, 12));
            headers = headers(in);
        } while (status == 100);
        if (bodiless || status == 101 || status == 204 || status == 304) {
            return Optional.of(new Heard(status, headers, ""));
        }
        byte[] body = decoded(
                body(in, headers), headers.firstValue("Content-Encoding").orElse(""));
        return Optional.of(new Heard(status, headers, new String(body, UTF_8)));
    }

    private static HttpHeaders headers(InputStream in) throws IOException {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return HttpHeaders.of(headers, (name, value) -> true);
    }

    private static byte[] body(InputStream in, HttpHeaders headers) throws IOException {
        Optional<String> length = headers.firstValue("Content-Length");
        if (length.isPresent()) {
            return in.readNBytes(Integer.parseInt(length.get()));
        }
        if (!headers.firstValue("Transfer-Encoding")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .equals("chunked")) {
            return in.readAllBytes();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunk(in); size > 0; size = chunk(in)) {
            body.write(in.readNBytes(size));
            line(in);
        }
        return body.toByteArray();
    }

    private static int chunk(InputStream in) throws IOException {
        return Integer.parseInt(line(in).replaceFirst(";.*", "").strip(), 16);
    }

    private static byte[] decoded(byte[] body, String coding) throws IOException {
        return switch (coding) {
            case "gzip" -> new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
            case "deflate" -> new InflaterInputStream(new ByteArrayInputStream(body)).readAllBytes();
            default -> body;
        };
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("closed");
            }
            line.write(b);
        }
        return line.toString(ISO_8859_1).strip();
    }
}
