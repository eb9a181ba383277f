/** What users give besides options: labels, presets, folders. */
package dev.isos.cli.input;
