/**
 * Rewrite rules from the operators of model files to layers. To add one, implement {@code RewriteRule} and name it in
 * {@link dev.isos.workloads.graph.rewrite.Rewriter}, after the rules whose result it looks for.
 */
package dev.isos.workloads.graph.rewrite;
