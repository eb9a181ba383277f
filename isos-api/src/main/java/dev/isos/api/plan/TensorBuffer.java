package dev.isos.api.plan;

/**
 * On-chip space set aside for one tensor of a segment; limits {@link dev.isos.api.dataflow.WorkItem#heldBytes()}.
 *
 * @param tensor layer whose output it is, or the network's input
 * @param capacityBytes bytes at each physical place (lane); an item that finds it empty may always start
 */
public record TensorBuffer(int tensor, long capacityBytes) {}
