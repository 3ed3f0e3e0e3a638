/**
 * Names of the labels of bytecode images.
 *
 * @module
 */

/** Label of the programs: a JSON object from names to types. */
export const PROGRAMS_LABEL = "io.ebpf.programs";
/** Label of the maps: a JSON object from names to types. */
export const MAPS_LABEL = "io.ebpf.maps";
