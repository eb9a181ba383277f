package dev.isos.core.simulate;

import dev.isos.api.hardware.SimulationListener;
import java.util.List;

/** Tells each of several listeners everything. */
public final class SeveralListeners implements SimulationListener {
    private final List<SimulationListener> listeners;

    private SeveralListeners(List<SimulationListener> listeners) {
        this.listeners = listeners;
    }

    /** One listener that stands for all of them. */
    public static SimulationListener of(List<SimulationListener> listeners) {
        return switch (listeners.size()) {
            case 0 -> NONE;
            case 1 -> listeners.get(0);
            default -> new SeveralListeners(List.copyOf(listeners));
        };
    }

    @Override
    public boolean wantsSlices() {
        return listeners.stream().anyMatch(SimulationListener::wantsSlices);
    }

    @Override
    public void onItem(int segment, int item, long startCycle, long endCycle) {
        for (SimulationListener listener : listeners) {
            listener.onItem(segment, item, startCycle, endCycle);
        }
    }

    @Override
    public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
        for (SimulationListener listener : listeners) {
            listener.onSlice(track, layer, phase, startCycle, endCycle);
        }
    }

    @Override
    public void onTransfer(String track, int layer, String phase, long startCycle, long endCycle, long bytes) {
        for (SimulationListener listener : listeners) {
            listener.onTransfer(track, layer, phase, startCycle, endCycle, bytes);
        }
    }

    @Override
    public void onOccupancy(String memory, int tensor, long cycle, long bytes) {
        for (SimulationListener listener : listeners) {
            listener.onOccupancy(memory, tensor, cycle, bytes);
        }
    }

    @Override
    public void onSegmentEnd(int segment, long cycle) {
        for (SimulationListener listener : listeners) {
            listener.onSegmentEnd(segment, cycle);
        }
    }
}
