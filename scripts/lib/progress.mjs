const started = performance.now();

/** One line on the console for each thing that is done, with the seconds since the start. */
export function step(text) {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`[${seconds.padStart(6)} s] ${text}`);
}
