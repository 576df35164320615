import path from "node:path";

const WHAT_TO_TRY = `What to try: sign in as one person on each cloud, in two browser windows. On the first, "Invite someone"
and copy the link; on the second, open it and say yes. Then share a folder on the first by picking the name.`;

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column])).join("   ")}`.trimEnd())
    .join("\n");
}

/** Two clouds of one machine reach each other at such addresses; nobody else reaches them. */
function reachOf(clouds) {
  if (!clouds.every(({ origin }) => /^(.+\.)?localhost$/.test(new URL(origin).hostname))) return null;
  if (clouds.length > 1) return "The two clouds reach each other; clouds on other machines reach neither of them.";
  return `Clouds on other machines cannot reach this one at ${new URL(clouds[0].origin).host}. To share with people there, start
it with PUBLIC_ORIGIN=https://cloud.example.org; its address stays what it is once it is set up.`;
}

const loginRows = ({ cloud, people }) =>
  people.map(({ name, userName, password, role }) => [cloud.origin, name, userName, password, role.toLowerCase()]);

/** Says where everything is once it runs. `seeded` holds each cloud with the people who can sign in. */
export function announce(plan, servers, seeded) {
  const rows = seeded.flatMap(loginRows);
  console.log();
  if (rows.length > 0) console.log(table([["Address", "Name", "User name", "Password", "Role"], ...rows]));
  else for (const { origin } of plan.clouds) console.log(`  Tessera is ready: ${origin}`);
  for (const { setupUrl } of servers) if (setupUrl) console.log(`  Set it up here (the link works once): ${setupUrl}`);
  if (rows.length > 0) console.log(`\n${WHAT_TO_TRY}`);
  const reach = reachOf(plan.clouds);
  if (reach) console.log(`\n${reach}`);
  console.log(`\nLogs are in ${path.join(plan.data, "log")}. Ctrl-C stops everything.`);
}
