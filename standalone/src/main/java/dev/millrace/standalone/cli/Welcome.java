package dev.millrace.standalone.cli;

import dev.millrace.standalone.Product;
import dev.millrace.standalone.Standalone;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/** What is printed when everything is ready: where to go, a token, and something to try. */
final class Welcome {
    private static final String SEATS = """
            Hold two seats with it:
              curl -sX POST {address}/bookings/{event} -H "Authorization: Bearer $TOKEN" \\
                -H 'Content-Type: application/json' -H 'Idempotency-Key: {key}' \\
                -d '{"ticketIds":["{first}","{second}"]}'

            """;

    private static final String FEED = """
            Read her feed:
              curl -s {address}/feed -H "Authorization: Bearer $TOKEN"

            """;

    private static final String FILES = """
            Make a folder of hers:
              curl -sX POST {address}/folders -H "Authorization: Bearer $TOKEN" \\
                -H 'Content-Type: application/json' -H 'Idempotency-Key: {key}' -d '{"name":"Letters"}'

            """;

    private Welcome() {}

    static void print(PrintWriter out, Standalone running, Set<Product> products, Duration took) {
        String token = running.issuer().token("alice", false);
        String tries = (products.contains(Product.tickets) ? SEATS : "")
                + (products.contains(Product.feed) ? FEED : "")
                + (products.contains(Product.files) ? FILES : "");
        String text = """

                Ready in {took}.  Open {address}  and sign in as alice, bob or carol.

                A token of alice's, good for 12 hours (./millrace token USER prints others):
                  TOKEN={token}
                {tries}
                Stop with Ctrl-C, or from another terminal: ./millrace down
                """;
        out.print(text.replace("{tries}\n", tries)
                .replace("{took}", ConsoleProgress.seconds(took))
                .replace("{address}", running.address())
                .replace("{token}", token)
                .replace("{event}", "long-reach-rotterdam")
                .replace("{key}", UUID.randomUUID().toString())
                .replace("{first}", "A1-A-1")
                .replace("{second}", "A1-A-2"));
        out.flush();
    }
}
