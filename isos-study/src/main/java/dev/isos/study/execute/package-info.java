/** Points of a sweep and who computes them: threads of this process, or what an {@link dev.isos.study.execute.ExecutorProvider} brings. */
package dev.isos.study.execute;
