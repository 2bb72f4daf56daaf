package dev.millrace.files.rules;

/**
 * Into which parts an upload is divided: S3 takes at most 10,000 parts of one, so parts grow with the file.
 *
 * @param partBytes size of every part but the last
 * @param partCount 1 means that it is sent in one piece
 */
public record PartPlan(long partBytes, int partCount) {
    /** Largest file: what S3 takes as one object. */
    public static final long FILE_BYTES_MAX = 5L << 40;

    private static final long MIB = 1L << 20;
    private static final long PART_BYTES_MIN = 16 * MIB;
    private static final int PARTS_MAX = 10_000;

    /** max(16 MiB, size/10,000 rounded up to 1 MiB). */
    public static PartPlan of(long fileBytes) {
        long partBytes = Math.max(PART_BYTES_MIN, dividedUp(dividedUp(fileBytes, PARTS_MAX), MIB) * MIB);
        return new PartPlan(partBytes, (int) Math.max(1, dividedUp(fileBytes, partBytes)));
    }

    private static long dividedUp(long one, long by) {
        return (one + by - 1) / by;
    }
}
