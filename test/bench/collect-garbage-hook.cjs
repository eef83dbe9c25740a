// Loaded into the gateway that is measured: what it no longer needs is given back when the benchmark asks. The profiler has
// SIGUSR2; of a window that changes its size a server never hears.
process.on('SIGWINCH', () => {
  for (let round = 0; round < 3; round += 1) globalThis.gc();
});
