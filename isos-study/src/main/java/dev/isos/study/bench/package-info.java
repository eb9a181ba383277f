/** How fast the simulator is, against the processor that it runs on. */
package dev.isos.study.bench;
