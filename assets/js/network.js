// What happens between asking and answer: a thin bar while it takes long, a toast where it failed, the sign-in page
// where the session ended. A failed answer never replaces what is on the screen.
import { toast } from "./toast.js";

let running = 0;

function busy(delta) {
  running = Math.max(0, running + delta);
  document.documentElement.classList.toggle("busy", running > 0);
}

document.addEventListener("htmx:before:request", () => busy(1));
document.addEventListener("htmx:finally:request", () => busy(-1));

document.addEventListener("htmx:before:response", (event) => {
  const { raw, status } = event.detail.ctx.response;
  if (status === 401 || (raw.redirected && new URL(raw.url).pathname === "/login")) {
    event.preventDefault();
    location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  } else if (status >= 500 || status === 429) {
    event.preventDefault();
    toast(document.body.dataset.textFailed);
  }
});

document.addEventListener("htmx:error", () => toast(document.body.dataset.textOffline));
