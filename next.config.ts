import type { NextConfig } from "next";

/** Two development servers of one clone cannot share a folder: the launcher names one for each. */
const devName = process.env.NEXT_DEV_NAME;

const config: NextConfig = {
  // Next writes the folder's name into the tsconfig that it uses: not into ours.
  ...(devName && {
    distDir: `.next/${devName}`,
    typescript: { tsconfigPath: `dist/dev/tsconfig.${devName}.json` },
  }),
  // No running server reads them: they are most of what is built, and a quarter of the time that it takes.
  experimental: { turbopackSourceMaps: process.env.NODE_ENV !== "production" },
  redirects: async () => [{ source: "/", destination: "/files", permanent: false }],
  compress: false, // a proxy's business; and Next must never hold back a stream to compress it
  poweredByHeader: false,
  skipTrailingSlashRedirect: true, // `/ocm-provider/` is an address of its own to other clouds, which follow no redirect
  serverExternalPackages: [
    ...["pg", "pino", "graphile-worker", "nodemailer"],
    ...["@prisma/client", "@prisma/adapter-pg", "@aws-sdk/client-s3"],
  ],
};

export default config;
