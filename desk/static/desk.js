// Keyboard shortcuts, confirmations, and answers shown in place. All pages work without it.
"use strict";

const items = () => [...document.querySelectorAll("[data-item]")];
const main = (item) => item?.querySelector("h2 a, h3 a") ?? item?.querySelector("a");
let waitsForPlace = false;

// A browser that is told to keep nothing for pages refuses both stores: what was chosen then lasts as long as the page.
const store = (name) => { try { return window[name]; } catch { const own = {}; return { getItem: (key) => own[key] ?? null, setItem: (key, value) => { own[key] = value; }, removeItem: (key) => delete own[key] }; } };
const lasting = store("localStorage"), session = store("sessionStorage");

function move(step) {
  const all = items();
  if (!all.length) return;
  const at = all.findIndex((one) => one.classList.contains("here"));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  all.forEach((one) => one.classList.toggle("here", one === next));
  main(next)?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const follow = (choice) => document.querySelector(choice)?.click();

const keys = {
  "/": () => { const box = document.getElementById("find"); box.focus(); box.select(); },
  "?": () => document.getElementById("keys").showModal(),
  j: () => move(1),
  k: () => move(-1),
  o: () => main(document.querySelector(".here"))?.click(),
  n: () => follow("[rel=next]"),
  p: () => follow("[rel=prev]"),
  // Back to the list that you came from, at the same place; otherwise up, as in a new tab.
  u: () => (history.length > 1 && document.referrer.startsWith(location.origin) ? history.back() : follow("[data-up]")),
  g: () => { waitsForPlace = true; },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, textarea, select, dialog");
  if (typing) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (waitsForPlace) {
    waitsForPlace = false;
    const place = document.querySelector(`nav a[data-key="${CSS.escape(event.key)}"]`);
    if (place) { event.preventDefault(); place.click(); }
    return;
  }
  if (lasting.getItem("keys") === "off") return;
  const act = keys[event.key];
  if (act) { event.preventDefault(); act(); }
});

document.addEventListener("click", async (event) => {
  const shown = event.target.closest("[data-show]");
  if (shown) document.getElementById(shown.dataset.show).showModal();
  const copies = event.target.closest("[data-copy]");
  if (copies) await copy(copies);
});

// Keys go on from the item that the address names, such as a story that was just moved.
items().find((one) => one.id && location.hash === `#${one.id}`)?.classList.add("here");

// A note that was typed into another form than the one that is sent would be lost without a word.
const leavesNote = (form) => [...document.querySelectorAll(".noted textarea")].some((one) => one.form !== form && one.value !== one.defaultValue);

document.addEventListener("submit", (event) => {
  const form = event.target, button = event.submitter;
  if (leavesNote(form) && !confirm("A note is not saved yet. Go on without it?")) { event.preventDefault(); return; }
  if (form.dataset.ask && !confirm(form.dataset.ask)) { event.preventDefault(); return; }
  if (button?.dataset.into) { event.preventDefault(); showInto(form, button); return; }
  if (button?.ariaLabel) session.setItem("pressed", button.ariaLabel);
});

// On the page that answers, the button that was pressed has the focus again, as to move a story once more.
const pressed = session.getItem("pressed");
session.removeItem("pressed");
// Going to the item that the address names takes the focus away, until the page is loaded.
if (pressed) addEventListener("load", () => document.querySelector(`button[aria-label="${CSS.escape(pressed)}"]`)?.focus({ preventScroll: true }));

const off = document.getElementById("keys-off");
off.checked = lasting.getItem("keys") === "off";
off.addEventListener("change", () => lasting.setItem("keys", off.checked ? "off" : "on"));

// What was done is told once: neither a reload nor a bookmark of the page repeats it.
const here = new URL(location.href);
if (here.searchParams.has("done")) {
  here.searchParams.delete("done");
  history.replaceState(history.state, "", here);
}

// Which stories, or articles of a story, came since this browser's reader last marked all as seen.
const news = document.querySelector("[data-news]");
if (news) {
  const seen = lasting.getItem("seen") ?? "";
  const moved = items().filter((one) => Date.parse(one.dataset.moved) > Date.parse(seen));
  moved.forEach((one) => one.classList.add("new"));
  if (moved.length) moved[0].id ||= "new";
  const button = news.querySelector("[data-seen]");
  news.hidden = !items().length || (seen === "" ? !button : !moved.length);
  const where = document.querySelector(".pager") ? " on this page" : "";
  news.querySelector("strong").textContent = seen === "" ? "" : `${moved.length}${where} ${news.dataset.news} since you last looked.`;
  button?.addEventListener("click", () => {
    // Not the present time: what came since the page was loaded is not on it.
    const last = Math.max(Date.parse(seen) || 0, ...items().map((one) => Date.parse(one.dataset.moved)));
    lasting.setItem("seen", new Date(last).toISOString());
    moved.forEach((one) => one.classList.remove("new"));
    news.hidden = true;
  });
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copy), told = button.nextElementSibling;
  try {
    await navigator.clipboard.writeText(text.value);
    told.textContent = "Copied.";
  } catch {
    // A browser has a clipboard for pages only on this machine or by HTTPS, and may be told to refuse it.
    text.focus();
    text.select();
    told.textContent = "This browser does not let the desk copy. The text is selected: press Ctrl+C, or ⌘C.";
  }
}

async function showInto(form, button) {
  const place = document.getElementById(button.dataset.into);
  if (button.getAttribute("aria-busy")) return;
  // Not disabled: that would lose the focus.
  const words = button.textContent;
  button.setAttribute("aria-busy", "true");
  button.textContent += " …";
  try {
    const answer = await fetch(button.formAction, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // A proxy in front of the desk answers with a page of its own, its guard with plain text.
    place.replaceChildren(page.getElementById("found") ?? page.querySelector(".error, .done") ?? page.querySelector("#main .head") ?? `The desk does not answer: ${answer.status} ${answer.statusText}`);
  } catch (error) {
    place.textContent = `The desk does not answer: ${error.message}`;
  } finally {
    button.textContent = words;
    button.removeAttribute("aria-busy");
  }
  place.scrollIntoView({ block: "nearest" });
}
