// The days of a month as a grid to choose from (the WAI-ARIA date grid). Days are texts like 2026-11-26; the language is the page's.

const DAY_MS = 86_400_000;
const parse = (day) => { const date = new Date(0); const [y, m, d] = day.split("-").map(Number); date.setUTCFullYear(y, m - 1, d); return date; };
const text = (date) => `${String(date.getUTCFullYear()).padStart(4, "0")}-${String(date.getUTCMonth() + 1).padStart(2, "0")}-${String(date.getUTCDate()).padStart(2, "0")}`;
const plus = (day, days) => text(new Date(parse(day).getTime() + days * DAY_MS));
const inRange = (day) => day >= "0001-01-01" && day <= "9999-12-31" && day.length === 10;

/** The same day of another month, or its last. */
function plusMonths(day, months) {
  const date = parse(day);
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(date);
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  date.setUTCDate(Math.min(wanted, last.getUTCDate()));
  return text(date);
}

export class Calendar {
  constructor({ today, weekStart, textBefore, textAfter, lang }, pick) {
    Object.assign(this, { today, pick, first: Number(weekStart) });
    // The pseudo-locale of the tests has no names of its own.
    const language = lang === "en-XA" ? "en" : lang || "en";
    const format = (options) => { const f = new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }); return (day) => f.format(parse(day)); };
    this.title = format({ month: "long", year: "numeric" });
    this.long = format({ dateStyle: "full" });
    const weekday = { short: format({ weekday: "short" }), long: format({ weekday: "long" }) };
    this.element = document.createElement("div");
    this.element.innerHTML = `<div class="calendar-head"><button type="button" data-step="-1"></button><b aria-live="polite" translate="no"></b><button type="button" data-step="1"></button></div>
      <table role="grid"><thead><tr></tr></thead><tbody translate="no"></tbody></table>`;
    this.head = this.element.querySelector("b");
    this.body = this.element.querySelector("tbody");
    this.element.querySelectorAll("[data-step]").forEach((button, i) => {
      button.setAttribute("aria-label", i ? textAfter : textBefore);
      button.addEventListener("click", () => this.show(plusMonths(this.at, Number(button.dataset.step)), this.chosen));
    });
    // 1970-01-04 was a Sunday.
    for (let i = 0; i < 7; i++) {
      const day = plus("1970-01-04", this.first + i);
      const th = Object.assign(document.createElement("th"), { scope: "col", abbr: weekday.long(day), textContent: weekday.short(day).slice(0, 2) });
      th.setAttribute("translate", "no");
      this.element.querySelector("thead tr").append(th);
    }
    // The same cells show every month, so that the focus is never taken away with one of them.
    this.cells = [];
    for (let week = 0; week < 6; week++) {
      const row = this.body.insertRow();
      for (let i = 0; i < 7; i++) {
        const cell = row.insertCell();
        cell.setAttribute("role", "gridcell");
        this.cells.push(cell);
      }
    }
    this.body.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-day]");
      if (cell) this.pick(cell.dataset.day);
    });
    this.body.addEventListener("keydown", (event) => this.key(event));
  }

  /** Shows the month of `at`, which the keys start from; `chosen` is marked. */
  show(at, chosen) {
    if (!inRange(at)) return;
    const focused = this.body.contains(document.activeElement);
    Object.assign(this, { at, chosen });
    this.head.textContent = this.title(at);
    const month = at.slice(0, 7);
    const start = plus(`${month}-01`, -((parse(`${month}-01`).getUTCDay() - this.first + 7) % 7));
    this.cells.forEach((cell, i) => {
      const day = plus(start, i);
      Object.assign(cell, { textContent: Number(day.slice(8)), tabIndex: day === at ? 0 : -1 });
      cell.dataset.day = day;
      cell.setAttribute("aria-label", this.long(day));
      cell.setAttribute("aria-selected", String(day === chosen));
      if (day === this.today) cell.setAttribute("aria-current", "date");
      else cell.removeAttribute("aria-current");
      cell.classList.toggle("other", !day.startsWith(month));
    });
    if (focused) this.focus();
  }

  focus() { this.body.querySelector("[tabindex='0']")?.focus(); }

  key(event) {
    const weekday = (parse(this.at).getUTCDay() - this.first + 7) % 7;
    const page = event.shiftKey ? 12 : 1;
    const to = {
      ArrowLeft: () => plus(this.at, -1), ArrowRight: () => plus(this.at, 1), ArrowUp: () => plus(this.at, -7), ArrowDown: () => plus(this.at, 7),
      Home: () => plus(this.at, -weekday), End: () => plus(this.at, 6 - weekday),
      PageUp: () => plusMonths(this.at, -page), PageDown: () => plusMonths(this.at, page),
    }[event.key];
    if (to) {
      event.preventDefault();
      event.stopPropagation();
      this.show(to(), this.chosen);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      this.pick(this.at);
    }
  }
}
