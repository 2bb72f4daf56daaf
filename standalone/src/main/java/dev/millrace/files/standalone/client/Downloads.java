package dev.millrace.files.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * {@code files get}: a version's bytes to a file of this machine, which appears once all of them are there and are what
 * they should be. Until then they are in a file beside it that is called by their SHA-256, where the next try goes on.
 */
public final class Downloads {
    private static final String PART = ".millrace-";
    /** Enough that no other content is called so. */
    private static final int PART_DIGITS = 32;

    private final ContentRead content;
    private final Tree tree;
    private final TransferProgress progress;
    private final boolean overwrites;
    private final Told told;

    /** Who is told of each file that was fetched. */
    public interface Told {
        /** @param written false if it was there already */
        void got(Path file, long bytes, boolean written);
    }

    /** @param overwrites files that are there and are something else */
    public Downloads(FilesApi api, TransferProgress progress, boolean overwrites, Told told) {
        this.content = new ContentRead(api);
        this.tree = new Tree(api);
        this.progress = progress;
        this.overwrites = overwrites;
        this.told = told;
    }

    /**
     * @param version 0 for the newest
     * @param to where it goes; into it if it is a directory
     */
    public void get(String path, long version, Path to) {
        Entry entry = tree.at(path);
        boolean root = entry.equals(Entry.ROOT);
        Path local = Files.isDirectory(to) && !root ? to.resolve(localName(entry.name())) : to;
        try {
            if (version > 0) {
                get(entry.requireFile(), version, local);
            } else {
                getAll(entry, local);
            }
        } catch (IOException e) {
            throw FilesFailure.of(local.toString(), "a file that can be written, but: " + e);
        }
    }

    private void getAll(Entry entry, Path local) throws IOException {
        if (!entry.folder()) {
            get(entry, 0, local);
            return;
        }
        Files.createDirectories(local);
        for (Entry child : tree.children(entry.id())) {
            if (child.folder() || child.version() > 0) {
                getAll(child, local.resolve(localName(child.name())));
            } else {
                progress.say(child.name() + " is left out: it is " + child.status());
            }
        }
    }

    /** What a server says isn't to lead anywhere else. */
    private static Path localName(String name) {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException e) {
            throw FilesFailure.of(name, "a name that a file can have here, but: " + e.getReason());
        }
        if (path.getNameCount() != 1 || path.isAbsolute() || name.equals(".") || name.equals("..") || name.isEmpty()) {
            throw FilesFailure.of(name, "a name that a file can have here");
        }
        return path;
    }

    private void get(Entry entry, long version, Path local) throws IOException {
        JsonNode of = content.version(entry.id(), version);
        String sha256 = of.path("contentHash").asText();
        long bytes = of.path("fileSize").asLong();
        if (Files.exists(local, LinkOption.NOFOLLOW_LINKS) && !overwrites) {
            if (!isSame(local, sha256, bytes)) {
                throw isThere(local);
            }
            told.got(local, bytes, false);
            return;
        }
        Path part = local.resolveSibling(PART + sha256.substring(0, PART_DIGITS));
        boolean resumes = Files.exists(part) && Files.size(part) <= bytes;
        if (!fetched(of, entry, part, resumes)) {
            // What was there before may have been written to by somebody else.
            if (!resumes || !fetched(of, entry, part, false)) {
                Files.delete(part);
                throw FilesFailure.of(entry.name() + " arrived as something else", "SHA-256 " + sha256);
            }
        }
        if (!overwrites && Files.exists(local, LinkOption.NOFOLLOW_LINKS)) {
            throw isThere(local);
        }
        Files.move(part, local, StandardCopyOption.ATOMIC_MOVE);
        told.got(local, bytes, true);
    }

    private static FilesFailure isThere(Path local) {
        return FilesFailure.of(local + " is there and is something else", "another name, or --force to overwrite it");
    }

    private static boolean isSame(Path local, String sha256, long bytes) {
        if (!Files.isRegularFile(local)) {
            return false;
        }
        LocalFile file = LocalFile.of(local);
        return file.sizeBytes() == bytes && file.sha256(0, bytes, n -> {}).equals(sha256);
    }

    /** Whether the part file has all bytes and they are what they should be. */
    private boolean fetched(JsonNode of, Entry entry, Path part, boolean resumes) throws IOException {
        long bytes = of.path("fileSize").asLong();
        try (TransferProgress.Bar bar = progress.begin("fetching " + entry.name(), bytes);
                FileSink sink = new FileSink(part, resumes, bar)) {
            if (sink.position() < bytes || bytes == 0) {
                content.read(of, entry.id(), sink);
            }
            return sink.sha256().equals(of.path("contentHash").asText());
        }
    }

    private static final class FileSink implements ContentRead.Sink, AutoCloseable {
        private static final int BUFFER_BYTES = 1 << 18;

        private final FileChannel file;
        private final TransferProgress.Bar bar;
        private final MessageDigest digest = Sha256.digest();
        private long position;

        FileSink(Path path, boolean resumes, TransferProgress.Bar bar) throws IOException {
            this.bar = bar;
            this.file = FileChannel.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
            if (file.tryLock() == null) {
                file.close();
                throw new FilesFailure(path + " is being written to by another get of the same content");
            }
            if (resumes) {
                readWhatIsThere();
            } else {
                file.truncate(0);
            }
        }

        private void readWhatIsThere() throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            for (int n = file.read(buffer); n >= 0; n = file.read(buffer)) {
                digest.update(buffer.flip());
                buffer.clear();
                count(n);
            }
        }

        private void count(long bytes) {
            position += bytes;
            bar.add(bytes);
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void write(byte[] bytes, int count) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
            while (buffer.hasRemaining()) {
                int unused = file.write(buffer);
            }
            digest.update(bytes, 0, count);
            count(count);
        }

        @Override
        public void startAnew() throws IOException {
            file.truncate(0);
            digest.reset();
            count(-position);
        }

        String sha256() throws IOException {
            file.force(true);
            return HexFormat.of().formatHex(digest.digest());
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
