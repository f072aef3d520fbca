// The names of tags, completed while one is typed: the server's dictionary is asked.

import { get } from "./api.js";
import { debounced, h } from "./dom.js";

/** A list that completes the inputs that `listen` is given. */
export function completing() {
  const id = "names";
  const list = h("datalist", { id });
  const look = debounced(async (text) => {
    if (text.length < 2) return;
    const { entries } = await get("dictionary", { search: text, limit: 30 });
    list.replaceChildren(...entries.map((one) => h("option", { value: one.name }, `${one.tag} ${one.creator ?? ""}`)));
  }, 150);
  return { id, list, listen: (input) => input.addEventListener("input", () => look(input.value)) };
}
