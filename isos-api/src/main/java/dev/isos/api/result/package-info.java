/** What a simulation gave: {@link dev.isos.api.result.RunResult}, a record that JSON results are written from and read into. */
@NullMarked
package dev.isos.api.result;

import org.jspecify.annotations.NullMarked;
