package dev.millrace.files.standalone.client;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Which bytes of a file are which part of its upload. */
record UploadParts(long fileBytes, long partBytes, int count) {
    /** @param number from 1 */
    record Part(int number, long from, long sizeBytes) {}

    /** @param sha256 empty where the store doesn't tell it */
    record Sent(long sizeBytes, String sha256) {}

    Part part(int number) {
        long from = (number - 1) * partBytes;
        return new Part(number, from, Math.min(partBytes, fileBytes - from));
    }

    /**
     * What is still to be sent: what isn't there, or has another size or another hash than it should.
     *
     * @param there by number
     * @param sha256 of this file's part; asked for only where the store tells what it has
     */
    List<Part> missing(Map<Integer, Sent> there, Function<Part, String> sha256) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(this::part)
                .filter(part -> {
                    Sent sent = there.get(part.number);
                    return sent == null
                            || sent.sizeBytes != part.sizeBytes
                            || !(sent.sha256.isEmpty() || sent.sha256.equals(sha256.apply(part)));
                })
                .toList();
    }
}
