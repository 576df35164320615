import { QrCode } from "@/components/invites/qr-code";

/** The link for a phone. */
export function InviteQr({ link }: { link: string }) {
  return (
    <div className="flex flex-col items-center gap-2">
      <QrCode text={link} alt="QR code of the invite link" />
      <p className="text-muted text-sm">Let the other person point a phone at it.</p>
    </div>
  );
}
