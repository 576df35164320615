import { noSuchPath, ocsRoute } from "@/lib/http/ocs-route";

const nothing = ocsRoute({}, async () => {
  throw noSuchPath();
});

export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT };
