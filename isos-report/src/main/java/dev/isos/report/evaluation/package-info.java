/** The figures of the published evaluation, made from its data. */
package dev.isos.report.evaluation;
