// The page: which view is shown, and what is told above it.

import { get } from "./api.js";
import { counted, h } from "./dom.js";
import { dictionary } from "./dictionary.js";
import { diagnostics } from "./diagnostics.js";
import { find } from "./find.js";
import { modify } from "./modify.js";
import { requests } from "./requests.js";
import { studies } from "./studies.js";

const VIEWS = {
  studies: ["Studies", studies],
  requests: ["Requests", requests],
  modify: ["Modify", modify],
  find: ["Find", find],
  dictionary: ["Dictionary", dictionary],
  diagnostics: ["Diagnostics", diagnostics],
};

let leave = null;

/** The view, and what of it, in the address: #/requests/12 */
function place() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return [name in VIEWS ? name : "studies", rest];
}

async function about() {
  const health = await get("health");
  document.getElementById("title").textContent = `Orthanc ${health.release}, emulated`;
  document.getElementById("about").textContent =
    `${health.name}: ${counted(health.instances, "instance")}, unknown tags: ${health.unknown_tags}`;
  document.title = `${health.name}: Orthanc ${health.release}, emulated`;
}

async function show() {
  const [name, rest] = place();
  const view = document.getElementById("view");
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  leave?.();
  leave = null;
  const content = h("div", {});
  view.replaceChildren(content);
  about().catch(() => {});
  try {
    leave = (await VIEWS[name][1](content, ...rest)) ?? null;
  } catch (error) {
    content.replaceChildren(h("h2", {}, VIEWS[name][0]), h("p", { class: "bad" }, error.message));
  }
  view.dataset.ready = name;
}

document.getElementById("views").append(
  ...Object.entries(VIEWS).map(([name, [title]]) => h("li", {}, h("a", { href: `#/${name}`, "data-view": name }, title))),
);
addEventListener("hashchange", show);
addEventListener("keydown", (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey;
  const names = Object.keys(VIEWS);
  if (!typing && event.key >= "1" && event.key <= String(names.length)) location.hash = `#/${names[event.key - 1]}`;
  if (!typing && event.key === "/") {
    event.preventDefault();
    document.querySelector("main input[type=search]")?.focus();
  }
});
show();
