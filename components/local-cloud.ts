/** Whether an address is one that other machines take for themselves. */
export function isOnLocalhost(address: string): boolean {
  return /^(.+\.)?localhost$/.test(new URL(address).hostname);
}
