// What happens between asking and answer: a thin bar while it takes long, a toast where it failed, the sign-in page
// where the session ended. A failed answer never replaces what is on the screen, except where one goes to a page.
import { toast } from "./toast.js";

let running = 0;

function busy(delta) {
  running = Math.max(0, running + delta);
  document.documentElement.classList.toggle("busy", running > 0);
}

document.addEventListener("htmx:before:request", () => busy(1));
document.addEventListener("htmx:finally:request", () => busy(-1));

// The shape of the list or the record that is awaited; skeleton.css shows it after a while. Rows that stay say more than a shape.
function awaited(address) {
  const { pathname } = new URL(address, location.href);
  if (pathname === location.pathname) return null;
  if (/^\/[a-z_]+\/\d+$/.test(pathname)) return "record";
  return pathname !== "/" && document.querySelector(`#nav a[href="${CSS.escape(pathname)}"]`) ? "list" : null;
}

let comes;
function going(nav, kind) {
  if (kind !== undefined) comes = nav;
  else if (nav !== comes) return;
  if (kind) document.documentElement.dataset.going = kind;
  else delete document.documentElement.dataset.going;
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.nav?.method === "GET") going(ctx.nav, ctx.nav.back ? null : awaited(ctx.nav.url));
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => { if (ctx.nav) going(ctx.nav); });
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => { if (ctx.nav) going(ctx.nav); });

// A value that is just being saved is saved before the next page is asked for, so that the page shows it.
const saving = new Map();
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "GET" && !ctx.nav) saving.set(ctx, Promise.withResolvers());
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  saving.get(ctx)?.resolve();
  saving.delete(ctx);
});
document.addEventListener("nav:leave", ({ detail }) => {
  for (const { promise } of saving.values()) detail.wait(promise);
});

document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  const { raw, status } = ctx.response;
  if (status === 401 || (raw.redirected && new URL(raw.url).pathname === "/login")) {
    event.preventDefault();
    const to = ctx.nav?.method === "GET" ? new URL(ctx.nav.url) : location;
    location.assign(`/login?next=${encodeURIComponent(to.pathname + to.search)}`);
  } else if ((status >= 500 || status === 429) && !ctx.nav) {
    event.preventDefault();
    toast(document.body.dataset.textFailed);
  }
});

// While the server can't be reached a banner says so; it goes by itself as soon as an answer comes, and tells `connection:back`.
// Who asks without htmx tells `connection:lost`.
const TRY_AGAIN_MS = 4_000;
let trying;

function offline(on) {
  const banner = document.getElementById("offline");
  if (!banner || banner.hidden === !on) return;
  banner.hidden = !on;
  clearTimeout(trying);
  if (on) trying = setTimeout(tryAgain, TRY_AGAIN_MS);
  else document.dispatchEvent(new CustomEvent("connection:back"));
}

async function tryAgain() {
  if (navigator.onLine) {
    try {
      await fetch("/healthz", { cache: "no-store" });
      return offline(false);
    } catch { /* Still not. */ }
  }
  trying = setTimeout(tryAgain, TRY_AGAIN_MS);
}

document.addEventListener("htmx:error", ({ detail }) => {
  if (!detail.ctx?.request) return;
  if (detail.ctx.request.method !== "GET") toast(document.body.dataset.textOffline);
  offline(true);
});
document.addEventListener("htmx:before:response", () => offline(false));
document.addEventListener("connection:lost", () => offline(true));
addEventListener("offline", () => offline(true));
addEventListener("online", () => { clearTimeout(trying); tryAgain(); });
if (!navigator.onLine) document.addEventListener("DOMContentLoaded", () => offline(true));
