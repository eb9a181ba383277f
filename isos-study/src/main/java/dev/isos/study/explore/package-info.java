/** Which points of a design space a sweep computes, and in which order. */
package dev.isos.study.explore;
