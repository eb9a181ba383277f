package dev.isos.hw.isosceles;

import java.util.Arrays;

/**
 * How often lanes that are apart fetch the same filters, and how long they wait for one another at the filter port;
 * {@link FilterPort} is what it approximates.
 */
final class FilterContention {
    private final IsoscelesModel model;

    FilterContention(IsoscelesModel model) {
        this.model = model;
    }

    /**
     * What the front ends of a layer ask of the port.
     *
     * @param bytes bytes read from the banks; what is multicast counts once
     * @param fetches groups of tasks that get their filters together
     * @param delivery cycles in which the filters of a task are delivered, by number of its wavefronts
     */
    record Requests(double bytes, double fetches, double[] delivery) {}

    /** What the front ends of a layer ask of the port when all lanes start a wavefront at the same time. */
    Requests together(LayerCycles layer) {
        return requests(layer, new double[1], 0);
    }

    /**
     * What the front ends of a layer ask of the port.
     *
     * @param ahead cycles by which each lane is ahead of the last one, of those that have tasks of the layer
     * @param spread cycles over which the tasks of lanes that are equally far ahead are spread, evenly
     */
    Requests requests(LayerCycles layer, double[] ahead, double spread) {
        double bytes = 0;
        double fetches = 0;
        double[] delivery = new double[layer.wavefronts.length];
        double groups = groups(layer.tasks, ahead, spread);
        for (int c = 0; c < delivery.length; c++) {
            LayerCycles.Wavefronts alike = layer.wavefronts[c];
            if (alike.distinctBytes() > 0) {
                double fetched = alike.distinctBytes() * share(layer, alike, groups);
                bytes += groups * fetched * alike.count();
                fetches += groups * alike.count();
                // the members of a group wait for all that those before them, and they themselves, have asked for
                delivery[c] = fetched / model.filterPortBytesPerCycle;
            }
        }
        return new Requests(bytes, fetches, delivery);
    }

    /**
     * Multicasts of a wavefront. Each takes all tasks that start within its window, and some time passes until the next one
     * starts: the more the fewer tasks there are at that time.
     */
    private double groups(int tasks, double[] ahead, double spread) {
        if (tasks <= 1) {
            return 1;
        }
        double[] starts = ahead.clone();
        Arrays.sort(starts);
        double lasting = Math.max(1, spread);
        double perLane = tasks / (starts.length * lasting);
        double window = model.multicastWindowCycles + 1.0;
        double groups = 1;
        double time = starts[0];
        int begun = 0;
        int ended = 0;
        while (ended < starts.length) {
            double next = starts[ended] + lasting;
            if (begun < starts.length) {
                next = Math.min(next, starts[begun]);
            }
            double rate = (begun - ended) * perLane;
            groups += (next - time) * rate / (1 + rate * window);
            time = next;
            while (begun < starts.length && starts[begun] <= time) {
                begun++;
            }
            while (ended < starts.length && starts[ended] + lasting <= time) {
                ended++;
            }
        }
        return Math.min(tasks, groups);
    }

    /** Part of a wavefront's filters that one of its groups asks for. */
    private static double share(LayerCycles layer, LayerCycles.Wavefronts alike, double groups) {
        int rows = layer.front.length;
        double rowsOfGroup = rows / groups;
        double share = alike.askedBytes() / (rows * alike.distinctBytes());
        if (layer.tasks > rows || rowsOfGroup <= 1) {
            return Math.min(1, rowsOfGroup * share);
        }
        return share >= 1 ? 1 : 1 - StrictMath.pow(1 - share, rowsOfGroup);
    }

    /**
     * Mean time in a queue at a server that customers return to, each after some time on its own: mean value analysis of a
     * closed network with one queue (Schweitzer's approximation), of which the customer that is being served has half of
     * its service behind it.
     *
     * @param alone cycles from the end of a service to the next request
     * @param service cycles of a service
     */
    static double waiting(double alone, double service, double customers) {
        if (customers <= 1 || service <= 0) {
            return 0;
        }
        double others = (customers - 1) / customers;
        double low = 0;
        double high = customers * service;
        for (int i = 0; i < 40; i++) {
            double wait = (low + high) / 2;
            double throughput = customers / (alone + service + wait);
            double found = throughput * (service + wait);
            double busy = Math.min(1, throughput * service);
            double next = service * others * (found - busy / 2);
            if (next > wait) {
                low = wait;
            } else {
                high = wait;
            }
        }
        return (low + high) / 2;
    }
}
