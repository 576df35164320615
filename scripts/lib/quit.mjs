const SECOND_CTRL_C_FROM = 1_000;

/**
 * Calls `quit` once, when a signal asks for the end or when npm is gone: a SIGTERM to npm ends npm and its shell, not
 * the script below. A second signal calls `quitAtOnce`; not within a second, because npm passes a Ctrl-C on
 * that the terminal has sent us already.
 */
export function onQuit(quit, quitAtOnce) {
  let askedAt = 0;
  const ask = () => {
    if (askedAt === 0) {
      askedAt = Date.now();
      quit();
    } else if (Date.now() - askedAt > SECOND_CTRL_C_FROM) quitAtOnce();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, ask);

  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    ask();
  }, 500);
  timer.unref();
}
