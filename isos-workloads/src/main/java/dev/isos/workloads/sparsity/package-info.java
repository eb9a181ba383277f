/** Published sparsity tables, and seeded weights that meet them. */
package dev.isos.workloads.sparsity;
