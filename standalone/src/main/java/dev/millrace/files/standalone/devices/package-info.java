/** People with devices on a running system, who put, edit, move, delete, share and read files, whatever breaks. */
@NullMarked
package dev.millrace.files.standalone.devices;

import org.jspecify.annotations.NullMarked;
