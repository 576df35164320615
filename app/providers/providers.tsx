"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiError } from "@/components/api";
import { Toaster } from "@/components/ui/toaster";

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(makeClient);
  return (
    <QueryClientProvider client={client}>
      {children}
      <Toaster />
    </QueryClientProvider>
  );
}

function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      mutations: { networkMode: "always" },
      queries: {
        staleTime: 30_000,
        // Offline, a request fails at once with a sentence instead of waiting in silence.
        networkMode: "always",
        // What our API refused it refuses again; only a lost connection is worth another try.
        retry: (count, error) => count < 2 && error instanceof ApiError && error.status === 0,
      },
    },
  });
}
