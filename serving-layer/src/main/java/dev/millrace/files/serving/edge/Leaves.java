package dev.millrace.files.serving.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.files.serving.DownloadLeave;
import dev.millrace.files.serving.NamespaceOwners;
import dev.millrace.files.topics.v1.NodeView;
import dev.millrace.serving.OwnerAnswers.Said;
import dev.millrace.topics.http.Problem;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Whether users may still read what their URLs are for, as owners say now or said a short while ago. That while and the
 * greatest age of an owner's answer bound how long something that was taken back can still be fetched.
 */
final class Leaves {
    /** Of what a standby says while the owner is away. */
    static final Duration ANSWER_AGE_MAX = Duration.ofSeconds(30);

    private static final int KEPT_MAX = 50_000;

    private final NamespaceOwners owners;
    private final Predicate<String> closedAccounts;
    private final Cache<DownloadLeave, Granted> kept;

    /** @param keptFor how long an owner's word is believed */
    Leaves(NamespaceOwners owners, Predicate<String> closedAccounts, Duration keptFor, Ticker time) {
        this.owners = owners;
        this.closedAccounts = closedAccounts;
        this.kept = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(KEPT_MAX)
                .expireAfterWrite(keptFor)
                .ticker(time)
                .build();
    }

    /** Fails with 403 LEAVE_ENDED, DEVICE_REMOVED or ACCOUNT_CLOSED, or with 503 while nobody can say. */
    Future<Granted> of(DownloadLeave leave) {
        if (closedAccounts.test(leave.user())) {
            return Future.failedFuture(
                    Problem.of(403, "ACCOUNT_CLOSED", "The account this URL was given to is closed."));
        }
        Granted known = kept.getIfPresent(leave);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return owners.admit(leave.user(), leave.device())
                .compose(admitted -> owners.node(leave))
                .map(said -> granted(leave, said))
                .onSuccess(granted -> kept.put(leave, granted));
    }

    private static Granted granted(DownloadLeave leave, Said<NodeView> said) {
        if (said.undecided() || said.ageMillis() > ANSWER_AGE_MAX.toMillis()) {
            throw NamespaceOwners.unavailable();
        }
        NodeView view = said.value().orElseThrow(Leaves::ended);
        if (view.getDeleted() || !view.getVersion().hasManifest()) {
            throw ended();
        }
        return new Granted(leave, view.getNode().getName(), view.getVersion());
    }

    private static Problem ended() {
        return Problem.of(403, "LEAVE_ENDED", "Whoever this URL was given to may not read that any more.");
    }
}
