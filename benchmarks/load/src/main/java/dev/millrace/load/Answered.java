package dev.millrace.load;

/** Is told once how a call ended, on the thread that drives all calls. */
public interface Answered {
    void answer(Calls.Answer answer);

    /** No answer came: refused, reset, or not in time. */
    void failure(Throwable failure);
}
