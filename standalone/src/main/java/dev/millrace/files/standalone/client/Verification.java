package dev.millrace.files.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** {@code files verify}: reads versions back bit for bit, as whoever downloads them does. */
public final class Verification {
    private final FilesApi api;
    private final ContentRead content;
    private final TransferProgress progress;

    /** A version of a file. */
    public record Found(String path, String fileId, long version, long sizeBytes) {}

    /** Why a version can't be read back. */
    public record Unreadable(Found version, String why) {}

    public Verification(FilesApi api, TransferProgress progress) {
        this.api = api;
        this.content = new ContentRead(api);
        this.progress = progress;
    }

    /**
     * Every version of every file in a folder and below, or of one file; or some of them.
     *
     * @param atMost 0 for all of them; else so many, every one as likely as every other
     */
    public List<Found> versions(String path, int atMost, Random random) {
        Sample sample = new Sample(atMost, random);
        Tree tree = new Tree(api);
        add(tree, tree.at(path), path, sample);
        return sample.drawn;
    }

    private void add(Tree tree, Entry entry, String path, Sample into) {
        if (!entry.folder()) {
            api.each(
                    "/files/" + entry.id() + "/versions",
                    version -> into.accept(new Found(
                            path,
                            entry.id(),
                            version.path("version").asLong(),
                            version.path("fileSize").asLong())));
            return;
        }
        String below = path.endsWith("/") ? path : path + "/";
        tree.children(entry.id()).forEach(child -> add(tree, child, below + child.name(), into));
    }

    /** Returns what can't be read back; the rest can. */
    public List<Unreadable> check(List<Found> versions) {
        List<Unreadable> unreadable = new ArrayList<>();
        long bytes = versions.stream().mapToLong(Found::sizeBytes).sum();
        try (TransferProgress.Bar bar = progress.begin("reading " + versions.size() + " versions", bytes)) {
            for (Found version : versions) {
                try {
                    check(version, bar);
                } catch (FilesFailure | IOException e) {
                    if (e instanceof FilesFailure failure && failure.isUnanswered()) {
                        throw failure;
                    }
                    unreadable.add(new Unreadable(version, String.valueOf(e.getMessage())));
                }
            }
        }
        return unreadable;
    }

    private void check(Found version, TransferProgress.Bar bar) throws IOException {
        JsonNode of = content.version(version.fileId(), version.version());
        HashSink sink = new HashSink(bar);
        content.read(of, version.fileId(), sink);
        String sha256 = HexFormat.of().formatHex(sink.digest.digest());
        if (!sha256.equals(of.path("contentHash").asText())) {
            throw FilesFailure.of("SHA-256 " + sha256, of.path("contentHash").asText());
        }
    }

    /** All of them, or so many that were drawn from however many come by. */
    private static final class Sample implements Consumer<Found> {
        private final int atMost;
        private final Random random;
        private final List<Found> drawn = new ArrayList<>();
        private int seen;

        Sample(int atMost, Random random) {
            this.atMost = atMost;
            this.random = random;
        }

        @Override
        public void accept(Found version) {
            seen++;
            if (atMost == 0 || drawn.size() < atMost) {
                drawn.add(version);
                return;
            }
            int at = random.nextInt(seen);
            if (at < atMost) {
                drawn.set(at, version);
            }
        }
    }

    private static final class HashSink implements ContentRead.Sink {
        private final MessageDigest digest = Sha256.digest();
        private final TransferProgress.Bar bar;
        private long position;

        HashSink(TransferProgress.Bar bar) {
            this.bar = bar;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void write(byte[] bytes, int count) {
            digest.update(bytes, 0, count);
            position += count;
            bar.add(count);
        }

        @Override
        public void startAnew() {
            digest.reset();
            bar.add(-position);
            position = 0;
        }
    }
}
