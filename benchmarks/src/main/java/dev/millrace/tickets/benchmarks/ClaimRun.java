package dev.millrace.tickets.benchmarks;

import dev.millrace.load.Measured;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one timed run came to.
 *
 * @param load what was done, in words
 * @param seconds from the first call until the last was answered and the ledger had it
 * @param ledgerSeconds of these, how long the ledger took after the last answer
 * @param claims those that were decided: accepted, or refused because somebody has the seat
 * @param others whatever else was answered, or not
 * @param shedWithoutHint of the others, those sent away (429, 503) that weren't told when to come again
 * @param unanswered calls that never ended
 * @param givenTwice seats that two people were told are theirs
 * @param soldOut whether there was nothing left to want at the end: then more seats are needed
 * @param backgroundCores what the contender used before the run, when it was idle
 * @param processorSeconds of each process, the generator's too
 * @param bytesWritten in the run, by what they are
 */
public record ClaimRun(
        String contender,
        String load,
        double seconds,
        double ledgerSeconds,
        Measured claims,
        Measured others,
        long shedWithoutHint,
        long unanswered,
        long givenTwice,
        boolean soldOut,
        double backgroundCores,
        Map<String, Double> processorSeconds,
        Map<String, Long> bytesWritten) {
    private static final Set<String> DECIDED = Set.of("200", "201", "409 SEAT_TAKEN");

    static boolean isDecision(String answer) {
        return DECIDED.contains(answer);
    }

    public long decided() {
        return claims.count();
    }

    /** All answers by status and reason. */
    public Map<String, Long> answers() {
        Map<String, Long> all = new TreeMap<>(claims.answers());
        all.putAll(others.answers());
        return all;
    }

    public double decidedPerSecond() {
        return decided() / seconds;
    }

    /** Processor time that one decided claim costs all processes but the generator. */
    public double microsPerClaim() {
        double all = processorSeconds.entrySet().stream()
                .filter(of -> !of.getKey().equals("generator"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
        return all * 1e6 / decided();
    }

    public double microsPerClaim(String process) {
        return processorSeconds.getOrDefault(process, 0.0) * 1e6 / decided();
    }

    public JsonObject json() {
        JsonObject micros = new JsonObject();
        processorSeconds.keySet().forEach(process -> micros.put(process, microsPerClaim(process)));
        JsonObject bytes = new JsonObject();
        bytesWritten.forEach((what, written) -> bytes.put(what, (double) written / decided()));
        return new JsonObject()
                .put("contender", contender)
                .put("load", load)
                .put("seconds", seconds)
                .put("ledgerSeconds", ledgerSeconds)
                .put("decided", decided())
                .put("decidedPerSecond", decidedPerSecond())
                .put("microsPerClaim", microsPerClaim())
                .put("microsPerClaimByProcess", micros)
                .put("bytesPerClaim", bytes)
                .put("unanswered", unanswered)
                .put("seatsGivenTwice", givenTwice)
                .put("soldOut", soldOut)
                .put("backgroundCores", backgroundCores)
                .put("claims", claims.json())
                .put("others", others.json())
                .put("shedWithoutRetryAfter", shedWithoutHint);
    }
}
