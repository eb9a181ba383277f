/** The published evaluation: its runs, the published numbers, and how near ours come. */
package dev.isos.study.evaluation;
