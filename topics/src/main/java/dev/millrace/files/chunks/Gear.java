package dev.millrace.files.chunks;

/**
 * The numbers that the rolling hash adds, one per value of a byte: the first 256 outputs of SplitMix64 seeded with the
 * ASCII bytes of "millrace". Another table would be other cuts, and nothing stored would be found again.
 */
final class Gear {
    private static final long SEED = 0x6d696c6c72616365L;
    private static final int BYTE_VALUES = 256;

    private Gear() {}

    static long[] table() {
        long[] table = new long[BYTE_VALUES];
        long state = SEED;
        for (int i = 0; i < BYTE_VALUES; i++) {
            state += 0x9e3779b97f4a7c15L;
            long z = state;
            z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            table[i] = z ^ (z >>> 31);
        }
        return table;
    }
}
