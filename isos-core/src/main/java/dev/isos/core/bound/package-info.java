/** How large what is read may be, and how much work it may ask for. */
package dev.isos.core.bound;
