import { handleAuth } from "@/lib/http/auth";

export { handleAuth as GET, handleAuth as POST };
