import type { Metadata } from "next";
import { DeviceScreen } from "@/components/device/device-screen";
import { Page } from "@/components/ui/page";

export const metadata: Metadata = { title: "Let a program in" };

/** The `verificationUri` of a program that waits (RFC 8628). The code is typed, so that no link can stand in for it. */
export default function DevicePage() {
  return (
    <Page>
      <DeviceScreen />
    </Page>
  );
}
