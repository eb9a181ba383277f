package dev.isos.study.sweep;

import dev.isos.study.configuration.DesignSpace.Configuration;
import dev.isos.study.execute.Point;

/**
 * What became of a point of a design space.
 *
 * @param configuration that it is of
 * @param point what was asked for
 * @param outcome what became of it
 */
public record Evaluated(Configuration configuration, Point point, SweepPoint outcome) {}
