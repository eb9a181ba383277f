/**
 * Contract tests for what plug-ins contribute, and what they need to run: subclass a contract in your test class.
 *
 * <pre>{@code
 * class MyDataflowTest extends DataflowContract {
 *     protected Dataflow dataflow() { return new MyDataflow(); }
 *     protected Geometry geometry() { return Bench.model(new MyMachine(), "buffer=64 KiB").geometry(); }
 * }
 * }</pre>
 */
@NullMarked
package dev.isos.testkit;

import org.jspecify.annotations.NullMarked;
