/** The text if it is a path on this cloud, else null: where one goes after signing in must not be a stranger's choice. */
export function localPath(text: string | undefined): string | null {
  if (!text?.startsWith("/")) return null;
  const base = "http://here.invalid";
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  // `/.//host` is a path of ours that is written as `//host` once it is resolved.
  return url?.origin === base && !url.pathname.startsWith("//") ? url.pathname + url.search : null;
}
