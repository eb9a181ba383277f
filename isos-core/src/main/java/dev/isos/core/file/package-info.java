/** Files that appear complete or not at all, written by one process at a time, and why that failed in words. */
package dev.isos.core.file;
