package dev.millrace.files.serving;

import com.google.protobuf.ByteString;
import dev.millrace.serving.Cursors;
import dev.millrace.serving.Reads;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.List;

/** One page of a list that goes on behind an owner's place in it. */
record Listing(Cursors cursors, String list, ByteString after, int pageSize) {
    /** Parameters that every list has. */
    static final List<String> PARAMETERS = List.of("pageSize", "cursor");

    private static final int PAGE_SIZE = 100;
    private static final int PAGE_SIZE_MAX = 100;
    private static final HexFormat HEX = HexFormat.of();

    /** @param list what is listed and for whom: a cursor of one list is no cursor of another */
    static Listing in(RoutingContext ctx, Cursors cursors, String list) {
        ByteString after = Reads.parameter(ctx, "cursor")
                .map(text -> ByteString.copyFrom(HEX.parseHex(cursors.open(list, text))))
                .orElse(ByteString.EMPTY);
        return new Listing(cursors, list, after, Reads.integer(ctx, "pageSize", PAGE_SIZE, 1, PAGE_SIZE_MAX));
    }

    /** @param last where the list goes on */
    JsonObject page(JsonArray items, boolean more, ByteString last) {
        JsonObject json = new JsonObject().put("items", items);
        return more ? json.put("nextCursor", cursors.sign(list, HEX.formatHex(last.toByteArray()))) : json;
    }
}
