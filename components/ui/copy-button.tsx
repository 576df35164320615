"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button, type ButtonProps } from "@/components/ui/button";
import { copyText } from "@/components/ui/copy-text";

type CopyButtonProps = { text: string; label?: string } & Pick<ButtonProps, "size" | "variant" | "className">;

export function CopyButton({ text, label = "Copy", ...look }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);

  async function copy() {
    if (!(await copyText(text))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  }

  return (
    <Button onClick={copy} {...look}>
      {isCopied ? <Check aria-hidden /> : <Copy aria-hidden />}
      <span aria-live="polite">{isCopied ? "Copied" : label}</span>
    </Button>
  );
}
