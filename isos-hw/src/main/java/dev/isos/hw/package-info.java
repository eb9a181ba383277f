/** Entry point of the plug-in that contributes the ISOSceles machine and the energy tables. */
package dev.isos.hw;
