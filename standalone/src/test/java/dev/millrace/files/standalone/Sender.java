package dev.millrace.files.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.standalone.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Collectors;

/** Sends content to where the answers say, as a client does. */
final class Sender {
    /** Of files that aren't larger than 10,000 of them. */
    static final int PART_BYTES = 16 << 20;

    private final HttpClient http = HttpClient.newHttpClient();

    /** @param sha256 what the user says it is */
    static Answer begin(FilesUser user, String name, int size, String sha256) {
        return user.did(
                201,
                "POST",
                "/files",
                "{\"fileName\":\"" + name + "\",\"fileSize\":" + size
                        + ",\"mimeType\":\"application/octet-stream\",\"contentHash\":\"" + sha256 + "\"}");
    }

    static String path(Answer begun) {
        return "/uploads/" + begun.member("uploadId");
    }

    /** Asks for leave to send parts. */
    static Answer sign(FilesUser user, Answer begun, byte[] content, Integer... numbers) {
        String parts = Arrays.stream(numbers)
                .map(number -> {
                    byte[] part = part(content, number, PART_BYTES);
                    return "{\"number\":" + number + ",\"size\":" + part.length + ",\"sha256\":\"" + sha256(part)
                            + "\"}";
                })
                .collect(Collectors.joining(","));
        return user.api().post(path(begun) + "/parts", "{\"parts\":[" + parts + "]}");
    }

    /** All of it, up to its completion; returns the answer to its beginning. */
    Answer send(FilesUser user, String name, byte[] content, String sha256) {
        Answer begun = begin(user, name, content.length, sha256);
        complete(user, begun, content);
        return begun;
    }

    /** All of what was begun, up to its completion. */
    void complete(FilesUser user, Answer begun, byte[] content) {
        int parts = begun.json().path("partCount").asInt();
        for (int number = 1; number <= parts; number++) {
            Answer leave = sign(user, begun, content, number);
            assertThat(part(leave, number, part(content, number, PART_BYTES))).isEqualTo(200);
        }
        user.did(202, "POST", path(begun) + "/complete", null);
    }

    /** Waits until its content was looked at; returns how the upload ended. */
    static Answer ended(FilesUser user, Answer begun) {
        return await().until(
                        () -> user.read(path(begun)),
                        upload -> !upload.member("status").equals("verifying"));
    }

    /** So many bytes, the same for the same seed. */
    static byte[] content(long seed, int bytes) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** What belongs into part {@code number}. */
    static byte[] part(byte[] content, int number, int partBytes) {
        int from = (number - 1) * partBytes;
        return Arrays.copyOfRange(content, from, Math.min(content.length, from + partBytes));
    }

    /** As the answer to beginning an upload of one piece says; returns the store's status. */
    int whole(Answer begun, byte[] content) {
        return put(begun.member("uploadUrl"), begun.json().path("uploadHeaders"), content);
    }

    /** As the answer to asking for leave says of a part; returns the store's status. */
    int part(Answer signed, int number, byte[] content) {
        for (JsonNode part : signed.json().path("parts")) {
            if (part.path("number").asInt() == number) {
                return put(part.path("url").asText(), part.path("headers"), content);
            }
        }
        throw new AssertionError("no leave for part " + number + " in " + signed);
    }

    /** Returns the store's status. */
    int put(String url, JsonNode headers, byte[] content) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).PUT(BodyPublishers.ofByteArray(content));
        headers.properties()
                .forEach(header ->
                        request.header(header.getKey(), header.getValue().asText()));
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new AssertionError("the store didn't answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
