"use client";

import { Ban } from "lucide-react";
import { useState } from "react";
import { useBlockSender } from "@/components/sharing/queries";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Menu } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import type { BlockSenderInput, ReceivedShareView } from "@/lib/sharing/schema";

/** Takes no more offers from a sender, or from anybody on his cloud. */
export function BlockMenu({ share: { id, senderName, provider } }: { share: ReceivedShareView }) {
  const [whom, setWhom] = useState<BlockSenderInput["whom"] | null>(null);
  const block = useBlockSender();
  const name = whom === "cloud" ? provider : senderName;

  function confirm() {
    if (!whom) return;
    const onSuccess = () => toast(`${name} is blocked. You find whom you blocked under Contacts.`);
    block.mutate({ id, whom }, { onSuccess, onError: toast.failed });
    setWhom(null);
  }
  return (
    <>
      <Menu
        trigger={
          <Button data-testid="block" className="me-auto">
            <Ban aria-hidden />
            Block…
          </Button>
        }
        actions={[
          { label: `Block ${senderName}`, icon: Ban, onSelect: () => setWhom("person"), isDanger: true },
          { label: `Block everyone at ${provider}`, icon: Ban, onSelect: () => setWhom("cloud"), isDanger: true },
        ]}
      />
      <ConfirmDialog
        isOpen={whom !== null}
        onClose={() => setWhom(null)}
        onConfirm={confirm}
        title={`Block ${name}?`}
        confirmLabel="Block"
      >
        {whom === "cloud" ? (
          <p>Offers from people on {provider} who are not your contacts do not reach you any more.</p>
        ) : (
          <p>What {senderName} offers does not reach you any more.</p>
        )}
        <p className="mt-2">What waits for your answer is declined. They are not told that you blocked them.</p>
      </ConfirmDialog>
    </>
  );
}
