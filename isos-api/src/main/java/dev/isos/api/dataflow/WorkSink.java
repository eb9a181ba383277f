package dev.isos.api.dataflow;

/** Takes the work items of one segment in an order in which every item comes after those that it waits for. */
@FunctionalInterface
public interface WorkSink {
    /**
     * Takes one item; copies what it keeps.
     *
     * @param item may be filled anew as soon as the call returns
     * @return the item's number in the segment, counted from 0 in order of arrival, for {@link WorkItem#waitFor}
     */
    int accept(WorkItem item);
}
