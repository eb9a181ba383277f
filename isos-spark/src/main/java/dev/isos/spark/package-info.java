/** Points of a sweep on a cluster of Apache Spark. */
package dev.isos.spark;
