/**
 * What goes wrong, in one sentence: {@link dev.isos.api.error.IsosException} with a code that decides the exit code of commands.
 *
 * <pre>{@code
 * throw IsosException.badInput(file + " line " + line + ": expected a number, got '" + text + "'");
 * }</pre>
 */
@NullMarked
package dev.isos.api.error;

import org.jspecify.annotations.NullMarked;
