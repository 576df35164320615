import type { NextConfig } from "next";

const config: NextConfig = {
  compress: false, // a proxy's business; and Next must never hold back a stream to compress it
  poweredByHeader: false,
  serverExternalPackages: ["pg", "pino", "graphile-worker", "nodemailer", "@prisma/client", "@prisma/adapter-pg"],
};

export default config;
