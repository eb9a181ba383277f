/** What {@code isos reproduce} runs and compares with, as data. */
package dev.isos.study.evaluation;
