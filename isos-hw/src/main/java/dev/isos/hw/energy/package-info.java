/**
 * Energy and area from a table. A machine describes itself by {@link dev.isos.api.hardware.Component}s of the following
 * kinds and counts the following actions; the tables of this package know all of them.
 *
 * <table>
 * <caption>Kinds of components</caption>
 * <tr><th>kind</th><th>attributes</th><th>actions (unit of the count)</th><th>what it is</th></tr>
 * <tr><td>{@code mac-int8}</td><td></td><td>{@code multiply-accumulate}</td>
 *     <td>8-bit multiplier with a 32-bit adder</td></tr>
 * <tr><td>{@code adder-int32}</td><td></td><td>{@code add}</td><td>32-bit adder</td></tr>
 * <tr><td>{@code adder-int8}</td><td></td><td>{@code add}</td><td>8-bit adder</td></tr>
 * <tr><td>{@code comparator}</td><td></td><td>{@code compare}</td><td>8-bit comparison of coordinates or values</td></tr>
 * <tr><td>{@code merger}</td><td></td><td>{@code merge} (elements)</td>
 *     <td>radix-256 merger of sorted streams, one element per cycle, that adds up equal coordinates</td></tr>
 * <tr><td>{@code fetcher}</td><td></td><td>{@code fetch} (activations)</td><td>asks a memory for what an activation meets</td></tr>
 * <tr><td>{@code crosspoint}</td><td></td><td>{@code transfer} (bytes)</td>
 *     <td>where a crossbar may pass a byte from an input to an output</td></tr>
 * <tr><td>{@code logic}</td><td></td><td>{@code operation}</td>
 *     <td>any other small operation on 8 bits: popcount step, priority encoding, selection</td></tr>
 * <tr><td>{@code post-op}</td><td></td><td>{@code operation} (output elements)</td>
 *     <td>requantisation (32-bit multiply), bias or residual, activation function of one output per cycle</td></tr>
 * <tr><td>{@code register}</td><td>{@code bytes} of one instance</td><td>{@code read}, {@code write} (bytes)</td>
 *     <td>flip-flops</td></tr>
 * <tr><td>{@code sram}</td><td>{@code bytes} of one instance; optional: {@code banks} of one instance, {@code accessBytes} of one
 *     access, {@code receivers} of what is delivered</td>
 *     <td>{@code read}, {@code write}, {@code deliver} (bytes)</td>
 *     <td>energy per byte depends on the capacity of a bank and on how wide it is accessed, and includes the wires to the port of a
 *     memory of several banks; a multicast reads once and delivers to each receiver</td></tr>
 * <tr><td>{@code dram}</td><td></td><td>{@code read}, {@code write} (bytes)</td><td>off chip: no area</td></tr>
 * </table>
 */
package dev.isos.hw.energy;
