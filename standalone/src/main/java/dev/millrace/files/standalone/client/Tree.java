package dev.millrace.files.standalone.client;

import dev.millrace.files.topics.FileIds;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Files and folders by path or id, as the server lists them. */
public final class Tree {
    private final FilesApi api;

    public Tree(FilesApi api) {
        this.api = api;
    }

    /**
     * Where something is to be.
     *
     * @param folder that there is
     * @param taken what is there already
     */
    record Place(Entry folder, String name, Optional<Entry> taken) {
        /** The same for the same place. */
        String text() {
            return folder.id() + "/" + name;
        }

        Place takenBy(Entry entry) {
            return new Place(folder, name, Optional.of(entry));
        }
    }

    /** @param path from the root, as in {@code /Letters/2026.txt}, or an id */
    public Entry at(String path) {
        if (FileIds.parse(path).isPresent()) {
            return Entry.of(api.get("/files/" + path));
        }
        Entry here = Entry.ROOT;
        List<String> names = names(path);
        for (int i = 0; i < names.size(); i++) {
            here = child(here.requireFolder().id(), names.get(i)).orElseThrow(nothingAt(names.subList(0, i + 1)));
        }
        return here;
    }

    /** Where a path leads that need not lead to anything yet, in a folder that is there. */
    Place place(String path) {
        List<String> names = names(path);
        if (names.isEmpty()) {
            throw FilesFailure.of(path, "a path below /");
        }
        String name = names.get(names.size() - 1);
        Entry folder = at("/" + String.join("/", names.subList(0, names.size() - 1)));
        return new Place(folder, name, child(folder.requireFolder().id(), name));
    }

    /** As {@link #place}, or what has this id, wherever that is. */
    Place placeOrId(String pathOrId) {
        if (!pathOrId.startsWith("/") || names(pathOrId).isEmpty()) {
            Entry there = at(pathOrId);
            return new Place(there, "", Optional.of(there));
        }
        return place(pathOrId);
    }

    /** The same place as it is now. */
    Place again(Place place) {
        return place.name().isEmpty()
                ? placeOrId(place.folder().id())
                : new Place(place.folder(), place.name(), child(place.folder().id(), place.name()));
    }

    public List<Entry> children(String folderId) {
        List<Entry> children = new ArrayList<>();
        api.each(childrenPath(folderId), json -> children.add(Entry.of(json)));
        return children;
    }

    private static String childrenPath(String folderId) {
        return "/folders/" + folderId + "/children";
    }

    private Optional<Entry> child(String folderId, String name) {
        return api.first(
                        childrenPath(folderId), json -> isSame(json.path("name").asText(), name))
                .map(Entry::of);
    }

    /**
     * Stricter than the server, so at most one name of a folder is the same as another. What only the server takes for the
     * same, such as ß and SS, is found by its listed name.
     */
    static boolean isSame(String one, String other) {
        return normalised(one).toLowerCase(Locale.ROOT).equals(normalised(other).toLowerCase(Locale.ROOT));
    }

    static String normalised(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    /** A folder of this name, made if it isn't there. */
    Entry folderIn(Entry parent, String name) {
        try {
            return Entry.of(api.send(
                    "POST", "/folders", FilesApi.object().put("name", name).put("parentId", parent.id())));
        } catch (FilesFailure e) {
            if (!e.reason().equals("NAME_TAKEN")) {
                throw e;
            }
            return at(e.fileId()).requireFolder();
        }
    }

    static List<String> names(String path) {
        if (!path.startsWith("/")) {
            throw FilesFailure.of(path, "a path that begins with /, or the id of a file or folder");
        }
        return Arrays.stream(path.split("/", -1))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static Supplier<FilesFailure> nothingAt(List<String> names) {
        return () -> FilesFailure.of("/" + String.join("/", names), "what there is; ./millrace files ls shows it");
    }
}
