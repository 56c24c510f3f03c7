// Stars and yes/no are radios, which work by themselves. A click is a finished choice, an arrow key is not yet one; a click on the
// chosen star takes it back.

class Radios extends HTMLElement {
  connectedCallback() {
    if (this.listening) return;
    this.listening = true;
    this.addEventListener("pointerdown", (event) => {
      this.before = event.target.closest("label")?.querySelector("input:checked");
    });
    this.addEventListener("click", (event) => {
      const radio = event.target;
      if (!radio.matches("input") || (event.detail === 0 && !event.pointerType)) return;
      if (radio === this.before && this.localName === "rating-stars") {
        const none = this.querySelector("input[value='']");
        if (none) none.checked = true;
      }
      this.before = null;
      this.dispatchEvent(new Event("input", { bubbles: true }));
      this.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
    });
  }
}

customElements.define("rating-stars", class extends Radios {});
customElements.define("yes-no", class extends Radios {});

// A long text grows with what is in it, also in browsers that don't do that by themselves.
if (!CSS.supports("field-sizing", "content")) {
  const grow = (area) => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 2}px`; };
  document.addEventListener("input", (event) => { if (event.target.matches("textarea.input")) grow(event.target); });
  document.addEventListener("focusin", (event) => { if (event.target.matches("textarea.input")) grow(event.target); });
}
