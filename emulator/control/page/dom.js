// Elements of the page. What comes from files and requests only ever becomes text: nothing here parses markup.

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "path", "line", "rect", "circle", "text", "g"]);

/** An element with attributes, listeners ("onclick") and children; null and false are left out. */
export function h(name, attributes = {}, ...children) {
  const element = DRAWN.has(name) ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((one) => one !== null && one !== undefined && one !== false));
  return element;
}

/** A form control with its label. */
export function field(label, control, kind = "") {
  return h("label", { class: kind || null }, ...(kind === "check" ? [control, label] : [label, control]));
}

export function choice(options, value, attributes = {}) {
  const made = h("select", attributes, Object.entries(options).map(([key, text]) => h("option", { value: key }, text)));
  made.value = value;
  return made;
}

export function table(headings, rows, kind = "") {
  const head = h("thead", {}, h("tr", {}, headings.map((one) => h("th", { scope: "col" }, one))));
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table" }, h("table", { class: kind || null }, head, h("tbody", {}, rows)));
}

/** Tells something in the corner for some seconds; screen readers read it. */
let timer = 0;
export function tell(text) {
  const news = document.getElementById("news");
  news.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => (news.textContent = ""), 6000);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    tell("Copied");
  } catch {
    tell("The browser does not let this page copy");
  }
}

export const copyButton = (label, text) => h("button", { type: "button", onclick: () => copy(text()) }, label);

/** "1 file", "2 files". */
export const counted = (number, noun, plural = `${noun}s`) => `${number.toLocaleString("en")} ${number === 1 ? noun : plural}`;

export function debounced(action, milliseconds = 250) {
  let waiting = 0;
  return (...values) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => action(...values), milliseconds);
  };
}

/** The buttons before and after a page of a list. */
export function pager(since, limit, total, go) {
  if (total <= limit) return null;
  return h("div", { class: "bar" },
    h("button", { type: "button", disabled: since === 0, onclick: () => go(Math.max(0, since - limit)) }, "Back"),
    h("span", { class: "soft" }, `${since + 1} to ${Math.min(total, since + limit)} of ${total.toLocaleString("en")}`),
    h("button", { type: "button", disabled: since + limit >= total, onclick: () => go(since + limit) }, "Next"));
}
