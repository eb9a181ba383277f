/**
 * The reference: every layer computed output by output, independent of any dataflow. Whatever a dataflow gives is compared
 * with it, bit for bit.
 */
@NullMarked
package dev.isos.support.reference;

import org.jspecify.annotations.NullMarked;
