import { SaxesParser } from "saxes";
import { AppError, invalid } from "@/lib/core/errors";
import { type QName, XMLNS } from "./xml";

export type XmlLimits = {
  maxBytes: number;
  maxDepth: number /** Elements, attributes and pieces of text. */;
  maxNodes: number;
};

export type XmlAttribute = QName & { value: string };

export type XmlHandlers = {
  /** Declarations of namespaces are not among the attributes. */
  open(name: QName, attributes: XmlAttribute[]): void;
  close(): void;
  text?(text: string): void;
};

function attributesOf(attributes: readonly { uri: string; local: string; value: string }[]): XmlAttribute[] {
  const own = attributes.filter(({ uri }) => uri !== XMLNS);
  return own.map(({ uri, local, value }) => ({ namespace: uri, name: local, value }));
}

/**
 * A parser that is fed the bytes of a stranger: namespaces on, UTF-8 only, no doctype (so no entities), and an end
 * as soon as a limit is passed. Throws out of `write` and `end`; it is useless afterwards.
 *
 * @throws XML_INVALID, BODY_TOO_LARGE (413)
 */
export function xmlParser(handlers: XmlHandlers, limits: XmlLimits): { write(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const parser = new SaxesParser({ xmlns: true, position: false });
  let bytes = 0;
  let nodes = 0;
  let depth = 0;

  // Thrown from inside the handlers: saxes would finish the chunk first, in time that grows with the square of depth.
  const count = () => {
    if (++nodes > limits.maxNodes) throw invalid("XML_INVALID", "The XML has too many parts.");
  };
  const onText = (text: string) => {
    count();
    handlers.text?.(text);
  };
  parser.on("error", (cause) => {
    throw invalid("XML_INVALID", "The XML is not well-formed.", { cause });
  });
  parser.on("doctype", () => {
    throw invalid("XML_INVALID", "The XML has a document type.");
  });
  parser.on("attribute", count);
  parser.on("opentag", (tag) => {
    count();
    if (++depth > limits.maxDepth) throw invalid("XML_INVALID", "The XML is nested too deeply.");
    handlers.open({ namespace: tag.uri, name: tag.local }, attributesOf(Object.values(tag.attributes)));
  });
  parser.on("closetag", () => {
    depth--;
    handlers.close();
  });
  parser.on("text", onText);
  parser.on("cdata", onText);

  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw invalid("XML_INVALID", "The XML is not in UTF-8.", { cause });
    }
  };
  return {
    write(chunk) {
      bytes += chunk.byteLength;
      if (bytes > limits.maxBytes) throw new AppError(413, "BODY_TOO_LARGE", "The body is too large.");
      parser.write(decode(chunk));
    },
    end() {
      parser.write(decode()).close();
    },
  };
}
