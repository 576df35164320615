"use client";

import { ChangePasswordForm } from "@/components/auth/change-password-form";

/** After the first sign-in with a password that somebody else chose; then on to where the person was going. */
export function ForcedPasswordChange({ next }: { next: string }) {
  return <ChangePasswordForm isFirst onDone={() => window.location.assign(next)} />;
}
