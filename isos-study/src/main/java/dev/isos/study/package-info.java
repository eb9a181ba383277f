/**
 * Isos as a library: {@link dev.isos.study.Isos} is where to begin.
 *
 * <pre>{@code
 * Isos isos = Isos.builder().build();
 * RunResult run = isos.run("resnet50-96", "isosceles");
 * System.out.println(run.cycles());
 * }</pre>
 */
package dev.isos.study;
