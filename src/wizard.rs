//! The pure core: state, `update`, `view`. No I/O, no clock.
