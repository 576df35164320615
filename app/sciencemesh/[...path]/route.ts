import { notFound } from "@/lib/core/errors";
import { meshRoute } from "@/lib/http/mesh-route";

const nothing = meshRoute({}, async () => {
  throw notFound("NO_SUCH_PATH", "There is nothing at this address.");
});

export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT };
