// The elements of a file as a table: names, creators, values and, of private ones, what is known.

import { CHIPS, get } from "./api.js";
import { field, h, table } from "./dom.js";

/** The table of an instance's elements, with its filters. */
export async function tagTable(id) {
  const { rows, states } = await get(`instances/${id}/tags`);
  const open = new Set();
  const onlyPrivate = h("input", { type: "checkbox" });
  const search = h("input", { type: "search", placeholder: "tag, name, creator or value" });
  const place = h("div", {});

  function visible(row) {
    const text = search.value.trim().toLowerCase();
    if (onlyPrivate.checked && !row.private) return false;
    if (text) return [row.tag, row.name, row.creator ?? "", row.value].some((one) => one.toLowerCase().includes(text));
    const parents = row.path.split(".").slice(0, -1);
    return parents.every((_, index) => open.has(parents.slice(0, index + 1).join(".").replace(/\[\d+\]$/, "")));
  }

  function draw() {
    const shown = rows.filter(visible).flatMap((row) => lines(row));
    place.replaceChildren(
      shown.length ? table(["Tag", "VR", "Name", "Creator", "Value"], shown, "stack") : h("p", { class: "soft" }, "No such element"),
    );
  }

  function lines(row) {
    const fold = row.items !== null && h("button", {
      type: "button", class: "link", "aria-expanded": String(open.has(row.path)),
      onclick: () => {
        open.has(row.path) ? open.delete(row.path) : open.add(row.path);
        draw();
        place.querySelector(`[data-path="${CSS.escape(row.path)}"] button.link`)?.focus();
      },
    }, `${open.has(row.path) ? "fold" : "open"} ${row.items} item${row.items === 1 ? "" : "s"}`);
    const line = h("tr", { class: row.depth ? `depth-${Math.min(row.depth, 3)}` : null, "data-path": row.path },
      h("td", { class: "code" }, row.tag), h("td", { class: "code" }, row.vr), h("td", {}, row.name),
      h("td", {}, row.creator ?? ""), h("td", { class: "value" }, row.state ? [chip(row, line_()), " "] : null, fold || row.value));
    function line_() {
      return () => line;
    }
    return [line];
  }

  function chip(row, lineOf) {
    const [text, kind] = CHIPS[row.state];
    const source = row.state === "known" ? ` (${row.source === "configuration" ? "configuration" : row.source === "external" ? "dictionary file" : "DCMTK"})` : "";
    return h("button", {
      type: "button", class: `chip ${kind}`, "aria-expanded": "false", title: "Why?",
      onclick: async (event) => {
        const button = event.currentTarget;
        const line = lineOf();
        if (line.nextElementSibling?.classList.contains("explained")) {
          line.nextElementSibling.remove();
          button.setAttribute("aria-expanded", "false");
          return;
        }
        button.setAttribute("aria-expanded", "true");
        line.after(h("tr", { class: "explained" }, h("td", { colspan: 5 }, await why(row, states))));
      },
    }, text + source);
  }

  onlyPrivate.addEventListener("change", draw);
  search.addEventListener("input", draw);
  draw();
  return h("div", {}, h("div", { class: "bar" }, field("Search the elements", search, "wide"), field("Private only", onlyPrivate, "check")), place);
}

/** Why a private element is as it is: what its state means, and what the server did to this tag lately. */
async function why(row, states) {
  const told = (await get("diagnostics")).filter((one) => one.Tag === row.path || one.Tag === row.tag).slice(-3).reverse();
  return h("div", { class: "why" },
    h("p", {}, states[row.state]),
    told.map((one) => h("div", {},
      h("p", {}, h("strong", {}, `${one.Code}: `), one.Happened, "."),
      h("p", {}, "What to do: ", one.Advice, "."),
      h("p", {}, one.RequestNumber ? h("a", { href: `#/requests/${one.RequestNumber}` }, `The request: ${one.Request}`) : `The request: ${one.Request}`))));
}
