/** The part of SCNN's hardware that the dataflow drives with products: accumulator banks and their queues. */
package dev.isos.baselines.scnn.bank;
