/** The text if it is a path on this cloud, else null: where one goes after signing in must not be a stranger's choice. */
export function localPath(text: string | undefined): string | null {
  if (!text?.startsWith("/")) return null;
  const base = "http://here.invalid";
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  return url?.origin === base ? url.pathname + url.search : null;
}
