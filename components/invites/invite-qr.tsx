"use client";

import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "@/components/ui/skeleton";

/** The link as a picture that a phone can read. Made here: the link goes nowhere. */
export function InviteQr({ link }: { link: string }) {
  const { data: picture } = useQuery({
    queryKey: ["invites", "qr", link],
    queryFn: async () => {
      const { toDataURL } = await import("qrcode");
      return toDataURL(link, { margin: 2, width: 480, errorCorrectionLevel: "M" });
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

  return (
    <div className="flex flex-col items-center gap-2">
      {picture ? (
        // biome-ignore lint/performance/noImgElement: made in the browser, there is nothing to optimise
        <img src={picture} alt="QR code of the invite link" className="size-52 rounded-md border bg-white" />
      ) : (
        <Skeleton className="size-52" />
      )}
      <p className="text-muted text-sm">Let the other person point a phone at it.</p>
    </div>
  );
}
