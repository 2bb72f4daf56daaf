package dev.millrace.files.standalone.devices;

import dev.millrace.standalone.trial.CallKind;

/** Kinds of calls of devices. */
enum DeviceCall implements CallKind {
    PUT("puts begun", false),
    EDIT("edits begun", false),
    LEAVE("leave to send", false),
    COMPLETE("completions", false),
    FOLDER("folders", false),
    MOVE("moves", false),
    DELETE("deletions", false),
    RESTORE("restores", false),
    PURGE("let go", false),
    PURGE_VERSION("versions purged", false),
    EMPTY_TRASH("bins emptied", false),
    SHARE("shares", false),
    UNSHARE("shares ended", false),
    UPLOAD("uploads' ends", true),
    FILE("files read", true),
    CHANGES("changes", true);

    private final String words;
    private final boolean read;

    DeviceCall(String words, boolean read) {
        this.words = words;
        this.read = read;
    }

    @Override
    public String words() {
        return words;
    }

    @Override
    public boolean isRead() {
        return read;
    }
}
