import { ocsRoute } from "@/lib/http/ocs-route";
import { version } from "@/package.json";

const [major = 0, minor = 0, micro = 0] = version.split(".").map(Number);

/** What a client must know to share: no links, no groups, no sharing on. */
const CAPABILITIES = {
  version: { major, minor, micro, string: version, edition: "" },
  capabilities: {
    core: { pollinterval: 60 },
    files_sharing: {
      api_enabled: true,
      default_permissions: 1,
      resharing: false,
      group_sharing: false,
      public: { enabled: false },
      federation: { outgoing: true, incoming: true, expire_date: { enabled: true } },
    },
  },
};

export const GET = ocsRoute({ public: true }, async () => CAPABILITIES);
