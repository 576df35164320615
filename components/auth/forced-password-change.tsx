"use client";

import { ChangePasswordForm } from "@/components/auth/change-password-form";

/** After the first sign-in with a password that somebody else chose. */
export function ForcedPasswordChange() {
  return <ChangePasswordForm onDone={() => window.location.assign("/files")} />;
}
