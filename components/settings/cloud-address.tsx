import { Disclosure } from "@/components/invites/disclosure";
import { QrCode } from "@/components/invites/qr-code";
import { CopyButton } from "@/components/ui/copy-button";
import { CopyField } from "@/components/ui/copy-field";
import type { AccountView } from "@/lib/identity/schema";

/** To be handed on. Shown only where it is made to be read: of a name, not of signs without meaning. */
export function CloudAddress({ account: { cloudAddress, userName } }: { account: AccountView }) {
  const isReadable = cloudAddress.startsWith(`${userName}@`);
  return (
    <div className="max-w-132">
      {isReadable ? (
        <CopyField label="My cloud address" text={cloudAddress} testId="my-cloud-address" />
      ) : (
        <div className="flex items-center gap-3">
          <CopyButton text={cloudAddress} />
          <span className="text-muted">Your address, to be pasted into somebody’s share box.</span>
        </div>
      )}
      <p className="mt-2 text-muted text-sm">
        Whoever has it can offer you files from another cloud. You decide on each offer.
      </p>
      <div className="mt-2">
        <Disclosure title={isReadable ? "As a QR code" : "As text and as a QR code"}>
          {!isReadable && (
            <output
              data-testid="my-cloud-address"
              aria-label="My cloud address"
              dir="ltr"
              className="mb-2 block select-all break-all font-mono text-ink text-sm"
            >
              {cloudAddress}
            </output>
          )}
          <QrCode text={cloudAddress} alt="QR code of my cloud address" />
        </Disclosure>
      </div>
    </div>
  );
}
