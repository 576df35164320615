import { notFound } from "@/lib/core/errors";
import { route } from "@/lib/http/route";

/** Whoever asks for what our API does not have is answered as by the rest of it. */
const nothing = route({ public: true }, async () => {
  throw notFound("NO_SUCH_PATH", "Our API has nothing at this address.");
});

export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT };
