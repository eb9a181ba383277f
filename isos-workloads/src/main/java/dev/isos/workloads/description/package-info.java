/** Importer of networks that are described in YAML or JSON. */
package dev.isos.workloads.description;
