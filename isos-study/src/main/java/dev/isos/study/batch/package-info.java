/** Many simulations on several threads; results do not depend on their number. */
package dev.isos.study.batch;
