package dev.millrace.topics;

/** Names of the questions about what every product shares that the state endpoint answers. */
public final class SpineQueries {
    /** Account; owner and key are the user id. Log: accounts. */
    public static final String ACCOUNT = "millrace.account";

    private SpineQueries() {}
}
