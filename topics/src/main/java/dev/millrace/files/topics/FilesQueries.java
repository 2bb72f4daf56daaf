package dev.millrace.files.topics;

/**
 * Names of the questions that the files' state endpoint answers, each by FilesQuestion; owner is the namespace's id.
 * The answer's message is behind each. Log: namespaces.
 */
public final class FilesQueries {
    /** NodeView; id is the node's. */
    public static final String NODE = "files.node";
    /** ChildrenView; id is the folder's. */
    public static final String CHILDREN = "files.children";
    /** VersionsView; id is the file's. */
    public static final String VERSIONS = "files.versions";
    /** UploadView; id is the upload's. */
    public static final String UPLOAD = "files.upload";
    /** SharesView. */
    public static final String SHARES = "files.shares";
    /** Share of a link, to whoever knows its secret; id is the share's. */
    public static final String LINK = "files.link";
    /** Usage. */
    public static final String USAGE = "files.usage";
    /** DevicesView. */
    public static final String DEVICES = "files.devices";
    /** ChangesView; id is a node's, or none for the whole namespace. */
    public static final String CHANGES = "files.changes";

    /** TrashView, to the namespace's owner. */
    public static final String TRASH = "files.trash";

    /** Most things one answer lists. */
    public static final int LISTED_MAX = 1_000;

    private FilesQueries() {}
}
