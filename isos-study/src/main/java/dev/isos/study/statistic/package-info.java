/** Sums up many numbers. */
package dev.isos.study.statistic;
