package dev.isos.api.hardware;

import java.util.Map;
import java.util.TreeMap;

/**
 * A part of a machine that takes energy and area.
 *
 * @param name unique in the machine, for example {@code filterBuffer}
 * @param kind what an energy model knows it as: {@code mac-int8}, {@code sram}, {@code dram}, {@code adder-int32}, ...
 * @param instances how many of them there are
 * @param attributes numbers that its cost depends on, for example {@code bytes} of one instance of an SRAM
 */
public record Component(String name, String kind, long instances, Map<String, Double> attributes) {
    /**
     * Copies the attributes.
     *
     * @param name not empty
     * @param kind what the energy model has an entry for
     * @param instances at least 1
     * @param attributes by key; empty where the kind needs none
     */
    public Component {
        attributes = java.util.Collections.unmodifiableMap(new TreeMap<>(attributes));
    }
}
