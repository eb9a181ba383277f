package dev.isos.study.sweep;

/**
 * A bound that a constraint puts on one number of the result, whatever the parameters are.
 *
 * @param path of the number
 * @param upper whether the number may not be larger; if not, it may not be smaller
 * @param value of the bound, in the unit of the number
 */
public record Limit(String path, boolean upper, double value) {}
