/** Loaded into a gateway before its own code: the first SIGUSR2 starts a CPU profile, the next one writes it. */
const { renameSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const path = require('node:path');

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 200 });
let isRunning = false;

process.on('SIGUSR2', () => {
  isRunning = !isRunning;
  if (isRunning) session.post('Profiler.start');
  else session.post('Profiler.stop', write);
});

// Whoever waits for the file must not see half of it.
function write(error, result) {
  if (error) throw error;
  const file = path.join(process.env.BENCH_PROFILE_DIR, `${process.pid}.cpuprofile`);
  writeFileSync(`${file}.part`, JSON.stringify(result.profile));
  renameSync(`${file}.part`, file);
}
