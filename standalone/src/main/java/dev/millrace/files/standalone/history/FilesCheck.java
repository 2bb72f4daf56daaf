package dev.millrace.files.standalone.history;

import dev.millrace.files.standalone.history.NamespaceEnd.StoredVersion;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.LogReader;
import dev.millrace.standalone.history.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The facts of some people's namespaces and what these people did and saw to a verdict: whether all of it is one
 * history in which nothing acknowledged is lost.
 */
public final class FilesCheck {
    private static final String FACTS = "files.namespace-facts";

    private final Map<String, List<NamespaceFact>> facts;
    private final Map<String, String> owners;

    private FilesCheck(Map<String, List<NamespaceFact>> facts, Map<String, String> owners) {
        this.facts = facts;
        this.owners = new TreeMap<>(owners);
    }

    /**
     * Reads all that the log has now.
     *
     * @param owners user by namespace; others aren't looked at
     */
    public static FilesCheck read(String bootstrap, Map<String, String> owners) {
        Map<String, List<NamespaceFact>> facts = new TreeMap<>();
        LogReader.each(bootstrap, FACTS, record -> {
            if (owners.containsKey(record.key())) {
                facts.computeIfAbsent(record.key(), id -> new ArrayList<>())
                        .add(LogReader.decode(record, NamespaceFact.parser()));
            }
        });
        return of(facts, owners);
    }

    static FilesCheck of(Map<String, List<NamespaceFact>> facts, Map<String, String> owners) {
        return new FilesCheck(facts, owners);
    }

    /** Uploads that haven't come to an end, of those that were acknowledged or that the log knows to be all there. */
    public Set<String> underWay(Observations seen) {
        Namespaces log = new Namespaces(facts, owners, new Contradictions());
        Set<String> underWay = new HashSet<>();
        log.all().forEach(in -> underWay.addAll(in.verifying()));
        for (Sent sent : seen.sent()) {
            Upload upload = log.of(sent.uploadId()).upload(sent.uploadId());
            if (upload == null || upload.getStatus() == UploadStatus.UPLOAD_OPEN) {
                underWay.add(sent.uploadId());
            }
        }
        return underWay;
    }

    /** What there is to look at, by namespace. */
    public Map<String, NamespaceEnd> ends() {
        Namespaces log = new Namespaces(facts, owners, new Contradictions());
        Map<String, NamespaceEnd> ends = new TreeMap<>();
        owners.keySet()
                .forEach(namespace -> ends.put(namespace, log.of(namespace).end()));
        return ends;
    }

    /** Everything that was acknowledged must have come to an end and been read back before. */
    public Verdict verdict(Observations seen) {
        Contradictions found = new Contradictions();
        Namespaces log = new Namespaces(facts, owners, found);
        AnswerCheck answers = new AnswerCheck(log, found);
        answers.check(seen.commands());
        UploadCheck uploads = new UploadCheck(log, found);
        seen.sent().forEach(uploads::check);
        seen.uploads().forEach(uploads::check);
        seen.changes().forEach(read -> check(read, found));
        for (String namespace : owners.keySet()) {
            Namespace in = log.of(namespace);
            List<FileRead> reads = seen.files().stream()
                    .filter(read -> read.isShown() && log.of(read.fileId()) == in)
                    .toList();
            new ReadCheck(in, found).check(facts.getOrDefault(namespace, List.of()), reads);
        }
        long versions = checkReadBack(log, seen.files(), found);
        long steps = facts.values().stream().mapToLong(List::size).sum();
        return new Verdict(steps, answers.checked(), versions, "versions", found.all());
    }

    private static void check(ChangesRead read, Contradictions found) {
        for (int i = 0; i < read.sequences().size(); i++) {
            if (read.sequences().get(i) != i + 1) {
                found.add("changes of " + read.user() + " have a gap: "
                        + read.sequences().get(i) + " (expected: " + (i + 1) + ")");
                return;
            }
        }
        if (read.sequences().size() < read.atLeast()) {
            found.add("changes of " + read.user() + " end with "
                    + read.sequences().size() + " (expected: at least " + read.atLeast() + ")");
        }
    }

    /** Returns how many versions came back; that they are of the right bytes is checked with all other reads. */
    private static long checkReadBack(Namespaces log, List<FileRead> reads, Contradictions found) {
        Map<StoredVersion, FileRead> back = new HashMap<>();
        reads.stream()
                .filter(FileRead::atRest)
                .forEach(read -> back.put(new StoredVersion(read.fileId(), read.version()), read));
        long whole = 0;
        for (Namespace in : log.all()) {
            for (StoredVersion version : in.end().versions()) {
                FileRead read = back.get(version);
                if (read == null || read.fetched().isEmpty()) {
                    found.add("version " + version.number() + " of " + version.fileId() + " can't be read back: "
                            + (read == null ? "nobody was shown it" : read.answer() + ", and no bytes"));
                } else {
                    whole++;
                }
            }
        }
        return whole;
    }
}
