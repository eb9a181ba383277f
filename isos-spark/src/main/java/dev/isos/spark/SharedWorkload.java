package dev.isos.spark;

import java.io.Serializable;

/**
 * A workload on its way to the executors.
 *
 * @param file its bytes as a workload file
 * @param extension of such files
 * @param reference whether it came with the reference, which the file of one without is given when it is read
 */
record SharedWorkload(byte[] file, String extension, boolean reference) implements Serializable {}
