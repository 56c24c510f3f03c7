// A record's picture: the link to its form opens it in a dialog, and the square that is kept can be dragged and zoomed, by
// mouse, finger or keys. What is sent is only that square, so a picture of twelve megabytes travels as fifty kilobytes.
// Without script the form is a page, and the server cuts out the middle.
import { go } from "./navigate.js";

const SIDE = 512;
const SHOWN = 240;
const ZOOM_MAX = 6;
const STEP = 12;

addEventListener("click", async (event) => {
  const close = event.target.closest?.("dialog [data-photo-close]");
  if (close) {
    event.preventDefault();
    event.stopPropagation();
    return close.closest("dialog").close();
  }
  const link = event.target.closest?.("a[data-photo]");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  const answer = await fetch(`${link.getAttribute("href")}?dialog=yes`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return go(link.href);
  // A double click opens one.
  if (document.querySelector("dialog.photo-dialog")) return undefined;
  const dialog = document.createElement("dialog");
  dialog.className = "photo-dialog";
  dialog.setAttribute("aria-labelledby", "photo-title");
  dialog.innerHTML = await answer.text();
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  dialog.addEventListener("click", (e) => { if (e.target === dialog) dialog.close(); });
  document.getElementById("main").append(dialog);
  dialog.showModal();
}, true);

function tell(form, text) {
  const problem = form.querySelector("[data-problem]");
  problem.hidden = !text;
  problem.querySelector("span").textContent = text;
  form.querySelector("input[type=file]").toggleAttribute("aria-invalid", Boolean(text));
}

document.addEventListener("change", async (event) => {
  const input = event.target.closest?.("[data-photo-form] input[type=file]");
  const file = input?.files[0];
  if (!file || input.dataset.cut) return;
  const form = input.form;
  const crop = form.querySelector("photo-crop");
  const picture = await createImageBitmap(file).catch(() => null);
  crop.show(picture, file.type === "image/jpeg");
  form.querySelector(".avatar").hidden = Boolean(picture);
  tell(form, picture ? "" : form.dataset.textUnreadable);
});

// The square takes the picked file's place just before the form goes its way.
addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-photo-form]");
  const input = form?.querySelector("input[type=file]");
  if (!form || event.submitter?.hasAttribute("formaction") || input.dataset.cut) return;
  const square = form.querySelector("photo-crop").cut();
  if (!square && input.files[0]?.size > Number(form.dataset.limit)) {
    event.preventDefault();
    event.stopPropagation();
    return tell(form, form.dataset.textLarge);
  }
  if (!square) return;
  event.preventDefault();
  event.stopPropagation();
  const blob = await square;
  const files = new DataTransfer();
  files.items.add(new File([blob], "picture", { type: blob.type }));
  input.dataset.cut = "yes";
  input.files = files.files;
  form.requestSubmit(event.submitter);
  delete input.dataset.cut;
}, true);

customElements.define("photo-crop", class extends HTMLElement {
  show(picture, opaque) {
    this.picture = picture;
    this.opaque = opaque;
    this.hidden = !picture;
    if (!picture) return;
    if (!this.canvas) this.build();
    this.zoom = 1;
    this.slider.value = "1";
    this.x = picture.width / 2;
    this.y = picture.height / 2;
    this.draw();
  }

  build() {
    this.canvas = document.createElement("canvas");
    Object.assign(this.canvas, { width: SHOWN * 2, height: SHOWN * 2, tabIndex: 0 });
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", this.dataset.label);
    this.slider = document.createElement("input");
    Object.assign(this.slider, { type: "range", min: "1", max: String(ZOOM_MAX), step: "0.05" });
    this.slider.setAttribute("aria-label", this.dataset.zoom);
    this.append(this.canvas, this.slider);
    this.slider.addEventListener("input", () => { this.zoom = Number(this.slider.value); this.draw(); });
    this.canvas.addEventListener("pointerdown", (e) => this.canvas.setPointerCapture(e.pointerId));
    this.canvas.addEventListener("pointermove", (e) => {
      if (this.canvas.hasPointerCapture(e.pointerId)) this.move(-e.movementX, -e.movementY);
    });
    this.canvas.addEventListener("wheel", (e) => { e.preventDefault(); this.zoomBy(e.deltaY < 0 ? 0.2 : -0.2); }, { passive: false });
    this.canvas.addEventListener("keydown", (e) => {
      const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[e.key];
      if (by) this.move(...by);
      else if (e.key === "+" || e.key === "=") this.zoomBy(0.2);
      else if (e.key === "-") this.zoomBy(-0.2);
      else return;
      e.preventDefault();
    });
  }

  // Pixels of the picture that the square shows along one side.
  get side() { return Math.min(this.picture.width, this.picture.height) / this.zoom; }

  move(dx, dy) {
    const scale = this.side / SHOWN;
    this.x += dx * scale;
    this.y += dy * scale;
    this.draw();
  }

  zoomBy(step) {
    this.zoom = Math.min(ZOOM_MAX, Math.max(1, this.zoom + step));
    this.slider.value = String(this.zoom);
    this.draw();
  }

  draw() {
    const half = this.side / 2;
    this.x = Math.min(this.picture.width - half, Math.max(half, this.x));
    this.y = Math.min(this.picture.height - half, Math.max(half, this.y));
    this.paint(this.canvas);
  }

  paint(canvas) {
    const to = canvas.getContext("2d");
    to.imageSmoothingQuality = "high";
    to.clearRect(0, 0, canvas.width, canvas.height);
    to.drawImage(this.picture, this.x - this.side / 2, this.y - this.side / 2, this.side, this.side, 0, 0, canvas.width, canvas.height);
  }

  /** The square as a file, or nothing where no picture was picked. */
  cut() {
    if (!this.picture) return null;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.max(1, Math.min(SIDE, Math.round(this.side)));
    this.paint(canvas);
    return new Promise((done) => canvas.toBlob(done, this.opaque ? "image/jpeg" : "image/png", 0.95));
  }
});
