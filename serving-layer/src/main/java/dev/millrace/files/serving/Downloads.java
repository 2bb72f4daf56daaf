package dev.millrace.files.serving;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.v1.AccessFact;
import dev.millrace.files.topics.v1.AccessKind;
import dev.millrace.files.topics.v1.NodeView;
import dev.millrace.topics.http.Times;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** What is said of a file so that its reader can fetch what is in it. */
final class Downloads {
    private final Optional<DownloadUrls> urls;
    private final AccessLog log;
    private final InstantSource clock;

    /** @param urls empty if nobody is given one */
    Downloads(Optional<DownloadUrls> urls, AccessLog log, InstantSource clock) {
        this.urls = urls;
        this.log = log;
        this.clock = clock;
    }

    /** Empty where there is nothing to fetch, and while it can't be written down who was given a URL. */
    Future<JsonObject> url(FileId file, NodeView view, Asked asked) {
        if (urls.isEmpty() || view.getDeleted() || !view.getVersion().hasManifest()) {
            return Future.succeededFuture(new JsonObject());
        }
        DownloadLeave leave = new DownloadLeave(file, view.getVersion().getNumber(), asked.caller(), asked.device());
        DownloadUrls.Minted minted = urls.get().mint(leave, Instant.ofEpochMilli(clock.millis()));
        AccessFact fact = log.fact(AccessKind.ACCESS_URL_MINTED, leave)
                .setExpiresAtMillis(minted.expiresAt().toEpochMilli())
                .build();
        return log.write(fact)
                .map(written -> new JsonObject()
                        .put("downloadUrl", minted.url())
                        .put("expiresAt", Times.text(minted.expiresAt().toEpochMilli())))
                .otherwise(notWritten -> new JsonObject());
    }
}
