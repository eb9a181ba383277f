/** The results of a sweep on disk: written point by point, read while they are written, queried with SQL. */
package dev.isos.study.store;
