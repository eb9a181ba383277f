/**
 * The laws that a run of any accelerator obeys. The simulator checks them in every run, the contract kit in every contract: both use
 * {@link dev.isos.api.law.RunLaws}.
 */
@NullMarked
package dev.isos.api.law;

import org.jspecify.annotations.NullMarked;
