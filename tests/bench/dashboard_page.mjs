// Looks at a view of the dashboard: `node dashboard_page.mjs URL KEY PLACE WARM SECONDS PAGE CHROMIUM`. After WARM seconds
// prints {"ready":true}, and after SECONDS more what the page has used meanwhile, and samples of its heap. PAGE is the
// folder with the page's packages.
import { createRequire } from "node:module";
import { join } from "node:path";

const [url, key, place, warm, seconds, packages, program] = process.argv.slice(2);
const { chromium } = createRequire(join(packages, "package.json"))("playwright-core");
const pause = (s) => new Promise((go) => setTimeout(go, s * 1000));
const samplesApart = Math.max(5, Number(seconds) / 40);

const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const faults = [];
page.on("console", (message) => faults.push(message.text()));
page.on("pageerror", (error) => faults.push(String(error)));
await page.goto(`${url}/#key=${encodeURIComponent(key)}`);
await page.getByRole("navigation", { name: "Views" }).waitFor();
await page.evaluate((fragment) => (location.hash = fragment), place);

const whole = await browser.newBrowserCDPSession();
const inside = await page.context().newCDPSession(page);
await inside.send("Performance.enable");

/** Processor seconds of the processes that draw pages; there is one page. */
async function rendererSeconds() {
  const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
  return processInfo.filter(({ type }) => type === "renderer").reduce((sum, one) => sum + one.cpuTime, 0);
}

async function heapMiB() {
  await inside.send("HeapProfiler.collectGarbage");
  const { metrics } = await inside.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "JSHeapUsedSize").value / (1 << 20);
}

await pause(Number(warm));
console.log(JSON.stringify({ ready: true }));
const heap = [];
let used = 0, looked = 0;
for (const end = Date.now() + Number(seconds) * 1000; Date.now() < end; ) {
  // To collect garbage is no work of the page: it stands outside of what is counted.
  const [before, began] = [await rendererSeconds(), Date.now()];
  await pause(Math.min(samplesApart, Math.max(0.1, (end - Date.now()) / 1000)));
  used += (await rendererSeconds()) - before;
  looked += (Date.now() - began) / 1000;
  heap.push(Math.round((await heapMiB()) * 100) / 100);
}
console.log(JSON.stringify({ page_percent: (100 * used) / looked, heap_mib: heap, faults }));
await browser.close();
