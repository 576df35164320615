import { copyText } from "@/components/ui/copy-text";

export const copyAddress = (address: string) => void copyText(address, "Your cloud address is copied.");
