/** What {@code isos reproduce} runs and compares with the published numbers, and how near they come. */
package dev.isos.study.evaluation;
