// Going from page to page without loading the shell again. A click on a link or sending a plain form fetches the whole page,
// as the browser would; htmx puts its #main in the place of ours and morphs the parts of the shell that tell where one is.
//
// How behaviours start: never on DOMContentLoaded alone. Listen on the document by delegation, or be a custom element
// (connectedCallback runs for what is swapped in), or start on `htmx:after:swap`, which comes after every swap. Events here:
//   nav:leave (document, cancelable; detail.url, detail.wait(promise)) before a page is left: cancel it to stay, or hand in
//     what must be saved before the next page is asked for; Back and Forward tell it too;
//   htmx:after:swap with detail.ctx.nav: another page stands there now. Its scroll and focus are already set.
// Left to the browser: other origins, target, download, data-full, Ctrl/Cmd/Shift click, answers that are no page of the shell.
// `go(url)` does what a click on a link would.
import { arrive, here, recall, remember, shown } from "./places.js";
import { toast } from "./toast.js";

const SHELL = ["#nav", "#bottom-nav", "#side-foot", "#workspace-name"];
const WAIT_MS = 3_000;
const OURS = /^\/(?!(?:api|assets|login|logout|setup|look|healthz|readyz|metrics)(?:\/|$))/;
const main = () => document.getElementById("main");
const sending = new WeakSet();
let newest = 0;

function boostable(element, address) {
  if (!main()?.hasAttribute("data-shell") || element.closest("[data-full]") || element.hasAttribute("download")) return null;
  if (![null, "", "_self"].includes(element.getAttribute("target"))) return null;
  if (element.getAttributeNames().some((name) => /^(data-)?hx-(get|post|put|patch|delete)$/.test(name))) return null;
  const url = new URL(address, location.href);
  return url.origin === location.origin && OURS.test(url.pathname) ? url : null;
}

// Whether the page may be left, once what it still has to save is saved.
async function leave(url) {
  const waits = [];
  const event = new CustomEvent("nav:leave", { cancelable: true, detail: { url: url.href, wait: (promise) => waits.push(promise) } });
  if (!document.dispatchEvent(event)) return false;
  if (waits.length) await Promise.race([Promise.allSettled(waits), new Promise((done) => setTimeout(done, WAIT_MS))]);
  return true;
}

function ask(method, url, options, nav) {
  nav.id = ++newest;
  nav.url = url.href;
  nav.method = method;
  return globalThis.htmx.ajax(method, url.pathname + url.search, {
    target: "#main", select: "#main", swap: "outerHTML settle:0", selectOOB: SHELL.map((id) => `${id}:innerMorph`).join(","), nav, ...options,
  });
}

/** Goes to an address as a click on a link would. */
export async function go(address) {
  const url = new URL(address, location.href);
  if (!OURS.test(url.pathname) || url.origin !== location.origin || !main()?.hasAttribute("data-shell")) return location.assign(url);
  if (await leave(url)) await ask("GET", url, { push: "true" }, {});
}

addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("a[href]");
  const url = link && boostable(link, link.getAttribute("href"));
  // A fragment of this page, or one of another, is the browser's.
  if (!url || url.hash || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  go(url);
});

addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method === "dialog") return;
  const url = boostable(form, submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href);
  if (!url) return;
  event.preventDefault();
  if (form.method === "get") {
    url.search = new URLSearchParams(new FormData(form, submitter));
    return go(url);
  }
  if (sending.has(form)) return;
  sending.add(form);
  try {
    await ask("POST", url, { source: form, event: { submitter }, push: "true" }, {});
  } finally {
    sending.delete(form);
  }
});

// Back and Forward: the page is asked for again, so that it is as it is now, and put back to where one was.
document.addEventListener("htmx:before:history:restore", async (event) => {
  event.preventDefault();
  if (here()) return;
  const back = shown() - (history.state?.at ?? shown());
  const url = new URL(location.href);
  if (!main()?.hasAttribute("data-shell")) return location.reload();
  if (!(await leave(url))) return back && history.go(back);
  remember();
  arrive();
  await ask("GET", url, { push: "false" }, { back: true });
});

// A saved file takes as long as it takes; a page does not.
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.nav?.method === "POST") ctx.request.timeout = 0;
});

document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  if (!ctx.nav || event.defaultPrevented) return;
  const raw = ctx.response.raw;
  const html = raw.headers.get("content-type")?.startsWith("text/html");
  if (ctx.nav.id !== newest) event.preventDefault();
  else if (ctx.nav.method === "GET" && (!html || !OURS.test(new URL(raw.url).pathname))) {
    event.preventDefault();
    location.assign(html ? raw.url : ctx.nav.url);
  }
});

// What came is only taken when it is a page of this same shell; a form that failed stays as it is.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (!ctx.nav) return;
  const page = ctx.text.match(/<main [^>]*>/)?.[0];
  const ours = page?.includes(" data-shell") && page.includes(`data-assets="${main().dataset.assets}"`);
  const failed = ctx.nav.method === "POST" && ctx.response.status >= 400 && (!page || ctx.text.includes(" data-error"));
  if (!failed && ours) return;
  event.preventDefault();
  if (!failed) return location.assign(ctx.response.raw.url);
  const text = new DOMParser().parseFromString(ctx.text, "text/html").querySelector("[data-error]")?.textContent;
  toast(text ?? document.body.dataset.textFailed);
});

document.addEventListener("htmx:before:history:update", ({ detail }) => {
  const { history: action, response } = detail;
  const drawer = history.state?.drawer;
  const same = action.path === location.pathname + location.search;
  if (drawer) action.type = "replace";
  else if (same || (response?.raw && detail.sourceElement?.matches?.("form[method=post]") && !response.raw.redirected)) {
    action.type = "replace";
    if (!same) action.path = location.pathname + location.search;
  }
});

// First of all listeners, so that the others find the page in its place.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!ctx.nav) return;
  const page = main();
  document.documentElement.className = page.dataset.look;
  for (const dialog of document.querySelectorAll("dialog[open]")) if (!page.contains(dialog)) dialog.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
  if ((ctx.nav.back && recall()) || (page.contains(document.activeElement) && document.activeElement.matches("[autofocus]"))) return;
  const head = page.querySelector("h1") ?? page;
  if (!head.hasAttribute("tabindex")) head.tabIndex = -1;
  head.focus({ preventScroll: true });
}, true);
