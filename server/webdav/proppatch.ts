import { hasCode } from "@/lib/core/errors";
import { type PropertyChange, readProppatch } from "@/lib/protocol/dav/propfind";
import { clark, emptyElement, escapeXml, type QName } from "@/lib/protocol/dav/xml";
import { getEntry, requireConditions } from "./conditions";
import { type DavExchange, hrefOf } from "./exchange";
import { isLive, NAMESPACES, propstat } from "./properties";
import { answerXml } from "./reply";

/** What became of the change of each property. */
type Outcome = { names: QName[]; status: string; condition?: string }[];

/**
 * PROPPATCH: what we do not know ourselves is kept for a person as it was written, all of it or nothing. At the root of
 * a share no property can be set, and the answer says so of each.
 *
 * @see RFC 4918, section 9.2
 */
export async function answerProppatch(exchange: DavExchange): Promise<void> {
  const { request, response, mount, asked, path } = exchange;
  const changes = await readProppatch(request);
  const entry = await getEntry(mount.tree, path);
  await requireConditions(exchange, entry, [{ path }]);

  const outcome = await change(exchange, changes);
  const propstats = outcome.map(({ names, status, condition }) =>
    propstat(names.map(emptyElement).join(""), status, condition),
  );
  const href = escapeXml(hrefOf(mount.root, asked, entry.kind));
  const answer = `<d:response><d:href>${href}</d:href>${propstats.join("")}</d:response>`;
  answerXml(response, 207, `<d:multistatus ${NAMESPACES}>${answer}</d:multistatus>`);
}

async function change({ mount, path }: DavExchange, changes: PropertyChange[]): Promise<Outcome> {
  const names = [
    ...new Map(changes.map(({ namespace, name }) => [clark({ namespace, name }), { namespace, name }])).values(),
  ];
  const refused = names.filter((name) => !mount.own || isLive(name));
  if (!mount.own || refused.length > 0) {
    const others = names.filter((name) => !refused.includes(name));
    const failed: Outcome = [
      { names: refused, status: "403 Forbidden", condition: "cannot-modify-protected-property" },
    ];
    return others.length > 0 ? [...failed, { names: others, status: "424 Failed Dependency" }] : failed;
  }
  try {
    const steps = changes.map(({ value, ...name }) => ({ name: clark(name), value }));
    await mount.own.drive.changeProperties(path, steps);
    return [{ names, status: "200 OK" }];
  } catch (error) {
    if (hasCode(error, "TOO_MANY_PROPERTIES")) return [{ names, status: "507 Insufficient Storage" }];
    throw error;
  }
}
