// Unpacks every request and answer, which would be ten times as large; finds in them; scrolls answers to their difference.
"use strict";
const place = document.getElementById("chapters");
const field = document.getElementById("search");
const count = document.getElementById("found");

function element(name, kind, html) {
  const made = document.createElement(name);
  made.className = kind;
  made.innerHTML = html; // escaped where it was made
  return made;
}

function scenario([id, summary, inside]) {
  const made = element("details", "scenario", `<summary>${summary}</summary><div class="inside" id="${id}"></div>`);
  made.addEventListener("toggle", () => { made.lastChild.innerHTML = made.open ? inside : ""; });
  return made;
}

function show(chapters, words) {
  const opened = words.length > 0;
  let shown = 0;
  place.replaceChildren(...chapters.map(([title, scenarios]) => {
    const found = scenarios.filter((one) => words.every((word) => one.text.includes(word)));
    shown += found.length;
    if (!found.length) return "";
    const made = element("details", "chapter", `<summary>${title} <span class="soft">${found.length}</span></summary>`);
    made.append(...found.map(scenario));
    made.open = opened;
    return made;
  }));
  count.textContent = opened ? `${shown} scenarios` : "";
}

function follow() {
  const target = location.hash.startsWith("#s-") && document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
  target.parentElement.scrollIntoView();
}

async function unpack() {
  const bytes = Uint8Array.from(atob(document.getElementById("packed").textContent), (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const chapters = JSON.parse(await new Response(stream).text());
  for (const [, scenarios] of chapters) for (const one of scenarios) one.text = one.join(" ").toLowerCase();
  show(chapters, []);
  field.hidden = false;
  field.addEventListener("input", () => show(chapters, field.value.toLowerCase().split(/\s+/).filter(Boolean)));
  addEventListener("hashchange", () => { if (!document.getElementById(location.hash.slice(1))) show(chapters, []); follow(); });
  follow();
}

for (const one of document.querySelectorAll("pre .first")) one.parentElement.scrollTop = one.offsetTop - one.parentElement.offsetTop - 20;
unpack();
