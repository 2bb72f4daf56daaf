package dev.millrace.files.standalone.history;

/**
 * What somebody was shown of a file.
 *
 * @param version that was shown; if nothing was, that was asked for; 0 if there is none
 * @param answer "200", or why nothing was shown
 * @param contentHash SHA-256 in hex as it was stated; empty without a version
 * @param fetched the same of the bytes that came; empty if not all came, or none were asked for
 * @param atRest read back when nothing was under way any more
 */
public record FileRead(
        String user,
        String fileId,
        long version,
        String answer,
        String contentHash,
        String fetched,
        long fromMillis,
        long toMillis,
        boolean atRest) {
    public boolean isShown() {
        return answer.equals("200");
    }

    @Override
    public String toString() {
        return "version " + version + " of " + fileId + " for " + user + " at " + fromMillis;
    }
}
