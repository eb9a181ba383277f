/** Design-space exploration: what a sweep's file says, its points, and which of them nothing else beats. */
package dev.isos.study.sweep;
