/** The fields of a run's result by their paths. */
package dev.isos.study.result;
