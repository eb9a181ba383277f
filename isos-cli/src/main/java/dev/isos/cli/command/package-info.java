/** The commands: each parses, calls the platform and hands a typed result to a report. */
package dev.isos.cli.command;
