import net, { type AddressInfo } from "node:net";

/** A letter as the mail server took it; `text` is its body as one reads it. */
export type Taken = { from: string; to: string[]; text: string };

/** A mail server on a port of this machine, with as little SMTP as a client needs. @see RFC 5321, 3.3 */
export async function startMailServer(port = 0) {
  const taken: Taken[] = [];
  const sockets = new Set<net.Socket>();
  let refuses = false;
  const server = net.createServer((socket) => {
    const hear = conversation(
      () => refuses,
      (letter) => void taken.push(letter),
    );
    sockets.add(socket.once("close", () => sockets.delete(socket)));
    socket.on("error", () => {}); // who hangs up has nothing more to say
    socket.write("220 mail.example.org\r\n");
    socket.on("data", (bytes) => socket.write(hear(bytes.toString())));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    taken,
    /** Whether it knows none of those whom letters are for, from now on. */
    refuse: (value: boolean) => {
      refuses = value;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What is answered to each thing that one client says. */
function conversation(refuses: () => boolean, take: (letter: Taken) => void): (said: string) => string {
  let letter: Taken = { from: "", to: [], text: "" };
  let content: string | null = null;
  return (said) => {
    if (content !== null) {
      content += said;
      if (!content.endsWith("\r\n.\r\n")) return "";
      take({ ...letter, text: readBody(content) });
      letter = { from: "", to: [], text: "" };
      content = null;
      return "250 taken\r\n";
    }
    const [, verb, address = ""] = /^(\w+)[^<]*<?([^>\r]*)/.exec(said) ?? [];
    if (verb === "MAIL") letter.from = address;
    if (verb === "RCPT" && refuses()) return "550 no such person\r\n";
    if (verb === "RCPT") letter.to.push(address);
    if (verb !== "DATA") return "250 fine\r\n";
    content = "";
    return "354 go on\r\n";
  };
}

/** What stands below the headers. @see RFC 2045, 6.7 */
function readBody(content: string): string {
  const body = content.slice(content.indexOf("\r\n\r\n") + 4, -"\r\n.\r\n".length);
  if (!/^content-transfer-encoding: quoted-printable/im.test(content)) return body;
  const octet = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16));
  const bytes = body.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, octet);
  return Buffer.from(bytes, "latin1").toString("utf8");
}
