package dev.millrace.files.standalone.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code files put}: files and folders of this machine to a place on the server, as cp has it. */
public final class Put {
    /** What stands for letters of a name that couldn't be read. */
    private static final char UNREADABLE = '\ufffd';

    private final Tree tree;
    private final Uploads uploads;
    private final TransferProgress progress;
    private final Told told;

    /** Who is told of each file that was put. */
    public interface Told {
        void put(Path file, String path, PutOutcome outcome);
    }

    public Put(
            FilesApi api,
            String user,
            UploadStates states,
            TransferProgress progress,
            int parallel,
            boolean waits,
            Told told) {
        this.tree = new Tree(api);
        this.uploads = new Uploads(api, user, states, progress, parallel, waits);
        this.progress = progress;
        this.told = told;
    }

    /**
     * Into {@code to} if it is a folder, ends with /, which makes it one, or there are several; else as {@code to}, in a
     * folder that is there.
     */
    public void put(List<Path> locals, String to) {
        for (Path local : locals) {
            if (!Files.exists(local)) {
                throw FilesFailure.of(local.toString(), "a file or folder that there is");
            }
        }
        if (to.endsWith("/")) {
            putInto(made(to), to, locals);
            return;
        }
        Tree.Place place = tree.placeOrId(to);
        if (place.taken().isPresent() && place.taken().get().folder()) {
            putInto(place.taken().get(), to + "/", locals);
        } else if (locals.size() == 1) {
            put(locals.get(0), place, to);
        } else {
            throw FilesFailure.of(to, "a folder, as there is more than one file; " + to + "/ makes it");
        }
    }

    private void putInto(Entry folder, String path, List<Path> locals) {
        Map<String, Entry> children = children(folder);
        locals.forEach(local -> put(local, folder, path, nameOf(local), children));
    }

    private Entry made(String path) {
        Entry folder = Entry.ROOT;
        for (String name : Tree.names(path)) {
            folder = tree.folderIn(folder, name);
        }
        return folder;
    }

    private static String nameOf(Path local) {
        String name = local.toAbsolutePath().normalize().getFileName().toString();
        if (name.indexOf(UNREADABLE) >= 0) {
            throw FilesFailure.of(name, "a name in this terminal's encoding; LC_ALL=C.UTF-8 may be what is missing");
        }
        return name;
    }

    /** What is in a folder by name; a name that only the server knows to be the same is told by it. */
    private Map<String, Entry> children(Entry folder) {
        Map<String, Entry> byName = new HashMap<>();
        tree.children(folder.id()).forEach(child -> byName.put(Tree.normalised(child.name()), child));
        return byName;
    }

    private void put(Path local, Entry folder, String folderPath, String name, Map<String, Entry> children) {
        Optional<Entry> taken = Optional.ofNullable(children.get(Tree.normalised(name)));
        put(local, new Tree.Place(folder, name, taken), folderPath + name);
    }

    private void put(Path local, Tree.Place place, String path) {
        if (!Files.isDirectory(local)) {
            told.put(local, path, uploads.put(local, place));
            return;
        }
        Entry folder = place.taken()
                .orElseGet(() -> tree.folderIn(place.folder(), place.name()))
                .requireFolder();
        Map<String, Entry> children = children(folder);
        for (Path inside : inside(local)) {
            if (Files.isDirectory(inside, LinkOption.NOFOLLOW_LINKS)
                    || Files.isRegularFile(inside, LinkOption.NOFOLLOW_LINKS)) {
                put(inside, folder, path + "/", nameOf(inside), children);
            } else {
                progress.say(inside + " is left out: it is neither a file nor a folder");
            }
        }
    }

    private static List<Path> inside(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        } catch (IOException e) {
            throw FilesFailure.of(folder.toString(), "a folder that can be read, but: " + e);
        }
    }
}
