// Where something that opens beside a control stands: in the top layer, so that no scrolling table cuts it off, below the
// control or above it where there is more room, and it follows the control while the page scrolls.

const GAP = 4;
const EDGE = 8;
const LEAST = 220;

function put(anchor, popover) {
  const at = anchor.getBoundingClientRect();
  const view = { width: document.documentElement.clientWidth, height: visualViewport?.height ?? innerHeight };
  const style = popover.style;
  const wide = popover.dataset.width === "own" ? popover.offsetWidth : Math.max(at.width, LEAST);
  const width = Math.min(wide, view.width - 2 * EDGE);
  if (popover.dataset.width !== "own") style.width = `${width}px`;
  style.left = `${Math.max(EDGE, Math.min(at.left, view.width - width - EDGE))}px`;
  style.maxHeight = "";
  const below = view.height - at.bottom - GAP - EDGE;
  const above = at.top - GAP - EDGE;
  const up = popover.offsetHeight > below && above > below;
  style.maxHeight = `${Math.max(120, up ? above : below)}px`;
  style.maxHeight = `${Math.min(popover.offsetHeight, Math.max(120, up ? above : below))}px`;
  style.top = up ? "auto" : `${at.bottom + GAP}px`;
  style.bottom = up ? `${innerHeight - at.top + GAP}px` : "auto";
}

/** Opens `popover` beside `anchor`; the answer closes it. */
export function openBeside(anchor, popover) {
  popover.showPopover();
  put(anchor, popover);
  const again = (event) => { if (!popover.contains(event.target)) put(anchor, popover); };
  addEventListener("scroll", again, { capture: true, passive: true });
  addEventListener("resize", again);
  visualViewport?.addEventListener("resize", again);
  return () => {
    removeEventListener("scroll", again, { capture: true });
    removeEventListener("resize", again);
    visualViewport?.removeEventListener("resize", again);
    if (popover.isConnected && popover.matches(":popover-open")) popover.hidePopover();
  };
}

/** Puts an open popover in its place again, after what is in it has changed. */
export const placeAgain = put;
