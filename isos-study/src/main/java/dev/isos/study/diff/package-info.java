/** What differs between two results, run by run, segment by segment, layer by layer. */
package dev.isos.study.diff;
