/**
 * Dense systolic arrays: output, weight and input stationary. {@link dev.isos.baselines.systolic.FoldPlan} holds their timing,
 * {@link dev.isos.baselines.systolic.SystolicDataflow} computes and counts,
 * {@link dev.isos.baselines.systolic.SystolicModel} times.
 */
package dev.isos.baselines.systolic;
