import type { Metadata } from "next";
import { DoctorScreen } from "@/components/admin/doctor-screen";
import { ownProvidersEntry } from "@/lib/admin/doctor/own-entry";
import { pageSite } from "@/lib/http/page";

export const metadata: Metadata = { title: "Check a connection" };

type Props = { searchParams: Promise<{ domain?: string | string[] }> };

export default async function DoctorPage({ searchParams }: Props) {
  const { domain = "" } = await searchParams;
  return <DoctorScreen domain={[domain].flat()[0] ?? ""} ownEntry={ownProvidersEntry(await pageSite())} />;
}
