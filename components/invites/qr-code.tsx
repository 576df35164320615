"use client";

import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "@/components/ui/skeleton";

/** A text as a picture that a phone can read. Made here: the text goes nowhere. */
export function QrCode({ text, alt }: { text: string; alt: string }) {
  const { data: picture } = useQuery({
    queryKey: ["qr", text],
    queryFn: async () => {
      const { toDataURL } = await import("qrcode");
      return toDataURL(text, { margin: 2, width: 480, errorCorrectionLevel: "M" });
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

  if (!picture) return <Skeleton className="size-52" />;
  // biome-ignore lint/performance/noImgElement: made in the browser, there is nothing to optimise
  return <img src={picture} alt={alt} className="size-52 rounded-md border bg-white" />;
}
