package dev.millrace.files.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.Ids;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All namespaces of a trial as their facts have them, and what every command did. */
final class Namespaces {
    private final Map<String, Namespace> byId = new TreeMap<>();
    private final Map<ByteString, NamespaceFact> byCommand = new HashMap<>();
    private final Namespace none;

    /** @param owners user by namespace */
    Namespaces(Map<String, List<NamespaceFact>> facts, Map<String, String> owners, Contradictions found) {
        this.none = new Namespace("nowhere", "nobody", found);
        owners.forEach((id, owner) -> byId.put(id, new Namespace(id, owner, found)));
        facts.forEach((id, steps) -> steps.forEach(fact -> {
            of(id).take(fact);
            if (byCommand.putIfAbsent(fact.getCommandId(), fact) != null) {
                found.add("command " + Ids.hex(fact.getCommandId()) + " was decided twice, the second time as " + id
                        + " step " + fact.getSequence());
            }
        }));
    }

    /** The one that an id leads to, be it its own or a file's; an empty one if it isn't of the trial. */
    Namespace of(String id) {
        int dot = id.indexOf('.');
        return byId.getOrDefault(dot < 0 ? id : id.substring(0, dot), none);
    }

    Collection<Namespace> all() {
        return byId.values();
    }

    /** Id of what a user calls "root"; empty if they have no namespace in the trial. */
    String rootOf(String user) {
        return all().stream()
                .filter(in -> in.owner().equals(user))
                .map(Namespace::root)
                .findFirst()
                .orElse("");
    }

    /** The step that a command made; null if it changed nothing. */
    @Nullable NamespaceFact madeBy(ByteString command) {
        return byCommand.get(command);
    }
}
