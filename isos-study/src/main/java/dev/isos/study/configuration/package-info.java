/** What users write about accelerators, as configurations: keys, lists of values and ranges. */
package dev.isos.study.configuration;
