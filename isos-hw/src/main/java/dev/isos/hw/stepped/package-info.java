/**
 * The ISOSceles machine once more, stepped cycle by cycle and written to be read as hardware: one class per block. It
 * carries out the same work items under the same parameters as {@link dev.isos.hw.isosceles} and is the reference that
 * the event-driven machine is checked against. Nothing in it is estimated: front ends dispatch real weights to slots,
 * accumulations queue up at real banks, filters are read word by word from banks, DRAM moves bytes in each cycle, and the
 * layers' outputs are what comes out of the post-op units.
 *
 * <p>Within a cycle: what ended in the cycle before is settled (space is freed, waiting tasks become ready), idle units take
 * tasks, the filter buffer's banks deliver a word each, the units of all lanes do a cycle's work, DRAM moves a cycle's bytes.
 */
package dev.isos.hw.stepped;
