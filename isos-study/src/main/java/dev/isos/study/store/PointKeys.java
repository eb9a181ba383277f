package dev.isos.study.store;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.unit.Quantity;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.study.execute.Outcome;
import dev.isos.study.execute.Point;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Gives the points of one platform and one request their keys, and makes rows of their outcomes. Safe for use by many threads. */
public final class PointKeys {
    private final WorkloadRequest request;
    private final Platform isos;
    private final String build;
    private final Map<String, HardwareParameter> parameters = new HashMap<>();

    /** @param request what workloads are made of, except for the seed */
    public PointKeys(WorkloadRequest request, Platform isos) {
        this.request = request;
        this.isos = isos;
        this.build = Build.digest(isos);
        isos.hardware().values().forEach(hardware -> {
            hardware.parameters().forEach(parameter -> parameters.putIfAbsent(parameter.key(), parameter));
            hardware.parts()
                    .forEach(part ->
                            part.parameters().forEach(parameter -> parameters.putIfAbsent(parameter.key(), parameter)));
        });
    }

    /** The key of a point. */
    public PointKey of(Point point) {
        StringBuilder asked = new StringBuilder();
        StringBuilder basis = new StringBuilder(build);
        asked.append(point.workload()).append('\n').append(point.seed());
        basis.append('\n').append(PointKey.age(point.workload()));
        request.images().forEach(image -> {
            asked.append(' ').append(image);
            basis.append(' ').append(PointKey.age(image.toString()));
        });
        asked.append('\n').append(request.preprocessing());
        asked.append('\n').append(request.prune()).append('\n').append(request.calibration());
        asked.append('\n').append(point.accelerator().name());
        point.accelerator().mapping().ifPresent(mapping -> basis.append('\n').append(PointKey.age(mapping)));
        try {
            ConfiguredAccelerator machine = isos.accelerator(point.accelerator());
            HardwareSpec spec = machine.hardware().spec();
            basis.append('\n')
                    .append(machine.mapping().id())
                    .append(' ')
                    .append(machine.energy().id());
            basis.append('\n').append(spec.id()).append(' ').append(spec.model());
            basis.append(spec.numbers()).append(spec.texts());
        } catch (IsosException e) {
            basis.append('\n').append(e.getMessage());
        }
        return new PointKey(PointKey.digest(asked.toString()), PointKey.digest(basis.toString()));
    }

    /** The row of an outcome. */
    public Row row(PointKey key, Outcome outcome) {
        Point point = outcome.point();
        return new Row(
                key.id(),
                key.basis(),
                point.workload(),
                point.seed(),
                point.accelerator().name(),
                point.accelerator().fidelity().id(),
                settings(point.accelerator()),
                outcome.failure(),
                outcome.reason(),
                outcome.repeatable().run());
    }

    /** What the point sets, by key: numbers in the unit of their quantity, and texts. */
    private Map<String, Object> settings(AcceleratorRequest accelerator) {
        Map<String, Object> settings = new TreeMap<>();
        for (String override : accelerator.overrides()) {
            int equals = override.indexOf('=');
            String key = override.substring(0, equals).strip();
            settings.put(
                    key,
                    value(parameters.get(key), override.substring(equals + 1).strip()));
        }
        return settings;
    }

    private static Object value(HardwareParameter parameter, String text) {
        if (parameter != null && parameter.quantity() != Quantity.TEXT) {
            try {
                double number = parameter.quantity().parse(text);
                return number == Math.rint(number) && Math.abs(number) < 1L << 53 ? (Object) (long) number : number;
            } catch (IllegalArgumentException e) {
                // as text: the point's reason says what is wrong with it
            }
        }
        return text;
    }
}
