import { chromium } from "@playwright/test";
const [,, out, ...urls] = process.argv;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-dev-shm-usage","--disable-gpu","--disable-background-networking","--no-first-run"] });
for (const [w,h] of [[1440,900],[390,844]]) for (const scheme of ["light","dark"]) {
  const ctx = await browser.newContext({ viewport: {width:w,height:h}, colorScheme: scheme });
  const page = await ctx.newPage();
  page.on("console", m => ["error","warning"].includes(m.type()) && console.log(m.text().slice(0,300)));
  page.on("pageerror", e => console.log("PAGEERROR", e.message));
  for (let i=0;i<urls.length;i++) { const r = await page.goto(urls[i]); await page.waitForTimeout(700); console.log(r.status(), page.url()); await page.screenshot({ path: `/tmp/shots/${out}-${i}-${w}-${scheme}.png` }); }
  await ctx.close();
}
await browser.close();
