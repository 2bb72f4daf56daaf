package dev.millrace.tickets.standalone.onsale;

import dev.millrace.standalone.ChildStatus;
import dev.millrace.standalone.LocalIssuer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;

/**
 * The running system that a sale is played on.
 *
 * @param port where people come in, on this machine
 * @param bootstrap host:port of the broker
 * @param children what runs now
 */
public record SaleSystem(
        int port, LocalIssuer issuer, String bootstrap, Supplier<List<ChildStatus>> children, Ledger ledger) {
    /** Opens a connection to the ledger's database. */
    public interface Ledger {
        Connection connect() throws SQLException;
    }
}
