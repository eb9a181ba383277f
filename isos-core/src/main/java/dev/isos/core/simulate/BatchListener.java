package dev.isos.core.simulate;

import dev.isos.api.hardware.SimulationListener;

/** Tells a listener of the segments of a plan where the machine is fed each of them once for every image of a batch. */
final class BatchListener implements SimulationListener {
    private final SimulationListener listener;
    private final int batch;

    private BatchListener(SimulationListener listener, int batch) {
        this.listener = listener;
        this.batch = batch;
    }

    static SimulationListener of(SimulationListener listener, int batch) {
        return batch == 1 ? listener : new BatchListener(listener, batch);
    }

    @Override
    public boolean wantsSlices() {
        return listener.wantsSlices();
    }

    @Override
    public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
        listener.onSlice(track, layer, phase, startCycle, endCycle);
    }

    @Override
    public void onTransfer(String track, int layer, String phase, long startCycle, long endCycle, long bytes) {
        listener.onTransfer(track, layer, phase, startCycle, endCycle, bytes);
    }

    @Override
    public void onOccupancy(String memory, int tensor, long cycle, long bytes) {
        listener.onOccupancy(memory, tensor, cycle, bytes);
    }

    @Override
    public void onItem(int segment, int item, long startCycle, long endCycle) {
        listener.onItem(segment / batch, item, startCycle, endCycle);
    }

    /** A segment ends with its last image. */
    @Override
    public void onSegmentEnd(int segment, long cycle) {
        if ((segment + 1) % batch == 0) {
            listener.onSegmentEnd(segment / batch, cycle);
        }
    }
}
