package dev.millrace.tickets.standalone.onsale;

import dev.millrace.standalone.trial.CallFigures;
import dev.millrace.standalone.trial.CallTable;
import dev.millrace.standalone.trial.Harm;
import java.util.List;
import java.util.Locale;

/** A sale's figures as people read them. */
final class SaleTable {
    private SaleTable() {}

    /** @param stayed buyers who never came to an end */
    static String of(CallFigures<SaleCall> figures, List<Harm> harm, long stayed, SaleOptions options) {
        StringBuilder text = new StringBuilder(CallTable.of(figures)).append(System.lineSeparator());
        text.append(String.format(Locale.ROOT, "%,d people came to buy:%n", options.buyers()));
        figures.outcomes().forEach((how, count) -> text.append(String.format(Locale.ROOT, "  %,7d  %s%n", count, how)));
        if (stayed > 0) {
            text.append(String.format(Locale.ROOT, "  %,7d  %s%n", stayed, "never got an answer"));
        }
        return text.append(CallTable.of(harm)).toString();
    }
}
