"use client";

import dynamic from "next/dynamic";
import { useSyncExternalStore } from "react";
import { areToastsWanted, subscribeToasts } from "@/components/ui/toast";

const ToastArea = dynamic(() => import("@/components/ui/toast-area").then((part) => part.ToastArea), { ssr: false });

/** Where passing messages appear, once there is one: `toast()` says them. */
export function Toaster() {
  const isWanted = useSyncExternalStore(subscribeToasts, areToastsWanted, () => false);
  return isWanted && <ToastArea />;
}
