/** Comma-separated tables, those of users and those that ship with the module. */
package dev.isos.workloads.csv;
