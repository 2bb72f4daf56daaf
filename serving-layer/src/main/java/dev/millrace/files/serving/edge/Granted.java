package dev.millrace.files.serving.edge;

import dev.millrace.files.serving.DownloadLeave;
import dev.millrace.files.topics.v1.Version;

/**
 * What somebody may read, as its owner said a moment ago.
 *
 * @param name that the file has now
 */
record Granted(DownloadLeave leave, String name, Version version) {}
