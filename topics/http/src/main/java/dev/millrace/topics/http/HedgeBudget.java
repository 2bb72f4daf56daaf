package dev.millrace.topics.http;

/**
 * How many questions may be put to a second instance because the first is late: one of 20, and of those that weren't
 * used up to 64 at once. So that instances who are late because there is much to do don't get twice as much. One thread
 * at a time.
 */
final class HedgeBudget {
    private static final int QUESTIONS_PER_HEDGE = 20;
    private static final int HEDGES_MAX = 64;

    private int questions = HEDGES_MAX * QUESTIONS_PER_HEDGE;

    /** A question is asked for the first time. */
    void asked() {
        questions = Math.min(questions + 1, HEDGES_MAX * QUESTIONS_PER_HEDGE);
    }

    /** Whether one may be asked elsewhere too; counts it. */
    boolean take() {
        if (questions < QUESTIONS_PER_HEDGE) {
            return false;
        }
        questions -= QUESTIONS_PER_HEDGE;
        return true;
    }
}
