import type { Site } from "@/lib/sites/sites";
import { OCM_PATHS } from "@/lib/trust/site-discovery";

/** Of the API under a service; it is not the version of anything that we speak, but those clouds want one. */
const API_VERSION = "0.0.1";

/**
 * The entry of this cloud for the `ocmproviders.json` of clouds that discover nobody (oCIS and OpenCloud), as text to be
 * pasted between the brackets there.
 */
export function ownProvidersEntry({ origin, provider, name }: Site): string {
  const service = (type: string, description: string, path: string) => ({
    endpoint: {
      type: { name: type, description: `${provider} ${description}` },
      name: `${provider} - ${description}`,
      path: `${origin}${path}`,
      is_monitored: true,
    },
    api_version: API_VERSION,
    host: origin,
  });
  const entry = {
    name: provider,
    full_name: name,
    organization: name,
    domain: provider,
    homepage: origin,
    description: name,
    services: [
      service("OCM", "Open Cloud Mesh API", `${OCM_PATHS.endPoint}/`),
      service("Webdav", "WebDAV API", OCM_PATHS.webdavPath),
    ],
  };
  return JSON.stringify(entry, null, 2);
}
