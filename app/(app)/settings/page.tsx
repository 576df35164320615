import type { Metadata } from "next";
import { SettingsScreen } from "@/components/settings/settings-screen";
import { Page } from "@/components/ui/page";

export const metadata: Metadata = { title: "Settings" };

export default function SettingsPage() {
  return (
    <Page>
      <SettingsScreen />
    </Page>
  );
}
