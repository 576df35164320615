import { chromium } from "@playwright/test";
const [,, out, origin, login, password, ...paths] = process.argv;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-dev-shm-usage","--disable-gpu","--disable-background-networking","--no-first-run"] });
for (const [w,h] of [[1440,900],[390,844]]) for (const scheme of ["light","dark"]) {
  const ctx = await browser.newContext({ viewport: {width:w,height:h}, colorScheme: scheme });
  const page = await ctx.newPage();
  page.on("console", m => ["error","warning"].includes(m.type()) && console.log(page.url(), m.text().slice(0,300)));
  page.on("pageerror", e => console.log("PAGEERROR", page.url(), e.message));
  await page.goto(origin+"/sign-in"); await page.fill("input[name=login]",login); await page.fill("input[name=password]",password); await page.click("[data-testid=login]"); await page.waitForURL(u=>!u.pathname.startsWith("/sign-in"),{timeout:10000}).catch(e=>console.log("LOGIN", e.message.slice(0,80)));
  for (let i=0;i<paths.length;i++) { const [p, click] = paths[i].split("|"); const r = await page.goto(origin+p); await page.waitForTimeout(800); if (click) { for (const c of click.split(";")) { await page.click(c,{timeout:4000}).catch(e=>console.log("CLICK",e.message.slice(0,200))); await page.waitForTimeout(600);} } await page.screenshot({ path: `/tmp/shots/${out}-${i}-${w}-${scheme}.png` }); }
  await ctx.close();
}
await browser.close();
