package dev.isos.spark;

import java.io.Serializable;
import java.util.ArrayList;

/**
 * Points that one task computes one after another, all on one workload.
 *
 * @param source number of the workload
 * @param points numbers of the points
 * @param accelerators configuration of each point, as text; files in it by absolute path
 * @param names what each configuration is called in results
 */
record Chunk(int source, ArrayList<Integer> points, ArrayList<String> accelerators, ArrayList<String> names)
        implements Serializable {}
