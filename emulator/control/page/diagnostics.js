// Diagnostics: what the server did silently and an app would regret, by code.

import { attempt, control, get } from "./api.js";
import { counted, h, table } from "./dom.js";

export async function diagnostics(view) {
  const told = await get("diagnostics");
  const codes = new Map();
  for (const one of told) codes.set(one.Code, [...(codes.get(one.Code) ?? []), one]);
  const total = (list) => list.reduce((sum, one) => sum + one.Count, 0);
  view.append(
    h("h2", {}, "Diagnostics"),
    h("div", { class: "bar" },
      h("span", { class: "soft" }, told.length ? "What the server did silently, and an app would regret." : "Nothing that an app would regret."),
      told.length ? h("button", { type: "button", onclick: () => attempt(async () => { await control("DELETE", "diagnostics"); view.replaceChildren(); await diagnostics(view); }) }, "Forget them") : null),
    ...[...codes].sort().map(([code, list]) => h("section", { class: "card", "aria-label": code },
      h("h3", {}, code, " ", h("span", { class: "chip warn" }, counted(total(list), "time"))),
      h("p", {}, list[0].Meaning),
      table(["Tag", "What happened", "What to do", "How often", "Last request"], together(list).slice(0, 200).map((one) => h("tr", {},
        h("td", { class: "code" }, one.Tag ?? ""), h("td", { class: "value" }, one.Happened), h("td", { class: "value" }, one.Advice), h("td", {}, counted(one.Count, "time")),
        h("td", {}, one.RequestNumber ? h("a", { href: `#/requests/${one.RequestNumber}` }, one.Request) : one.Request))), "stack"))));
}

/** Equal ones together, the newest first. */
function together(list) {
  const found = new Map();
  for (const one of [...list].reverse()) {
    const key = JSON.stringify([one.Tag, one.Happened, one.Advice]);
    if (found.has(key)) found.get(key).Count += one.Count;
    else found.set(key, { ...one });
  }
  return [...found.values()];
}
