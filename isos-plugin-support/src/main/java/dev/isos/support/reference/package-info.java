/**
 * The reference: every layer computed output by output, independent of any dataflow. Whatever a dataflow gives is compared
 * with it, bit for bit.
 */
package dev.isos.support.reference;
