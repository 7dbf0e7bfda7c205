// 一场谈话：新来的话接在后面，写的字不丢；发送、接管都不用刷新，也不会发两遍。

import { get, post } from "./desk.js";
import { calmly, listen, typing } from "./live.js";

const at = (id) => document.getElementById(id);
const place = document.querySelector(".case"), lines = at("lines"), state = at("state"), notice = at("notice");
const form = at("answer"), box = at("text"), preview = at("preview");
const path = `/desk/case/${place.dataset.case}`, draft = `desk:${place.dataset.case}`;

function fresh() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function tell(text, bad = false) {
  notice.textContent = text;
  notice.className = bad ? "bad" : "good";
  notice.hidden = !text;
}

function bottom() {
  lines.scrollTop = lines.scrollHeight;
}

const refresh = calmly(async () => {
  let html;
  try {
    html = await (await get(`${path}/live?after=${place.dataset.last}`)).text();
  } catch (error) {
    tell(error.message, true);
    return;
  }
  const made = new DOMParser().parseFromString(html, "text/html");
  const near = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 80;
  const seen = new Set([...lines.querySelectorAll("[data-turn]")].map((line) => line.dataset.turn));
  const added = [...made.querySelectorAll(".lines > li")].filter((line) => !seen.has(line.dataset.turn));
  lines.append(...added.map((line) => document.adoptNode(line)));
  place.dataset.last = made.querySelector("[data-last]").dataset.last;
  if (!state.contains(document.activeElement) || added.length) swap(made.querySelector(".state"));
  if (near) bottom();
}, 60);

function swap(made) {
  const focused = document.activeElement?.closest?.("[data-act]")?.dataset.act;
  state.replaceChildren(...document.adoptNode(made).childNodes);
  if (focused) state.querySelector(`[data-act="${focused}"] button`)?.focus({ preventScroll: true });
  at("taking").hidden = Boolean(at("until")) || Boolean(state.querySelector(".tag.closed"));
  lease();
}

async function act(given, submitter) {
  if (given.dataset.busy) return;
  given.dataset.busy = "1";
  if (submitter) submitter.disabled = true;
  try {
    const answer = await post(given.getAttribute("action"), Object.fromEntries(new FormData(given)));
    const now = answer.headers.get("x-case");
    if (now && now !== place.dataset.case) return location.assign(`/desk/case/${now}`);
    tell(await answer.text());
    if (given === form) {
      box.value = "";
      at("cites").value = "[]";
      sessionStorage.removeItem(draft);
    } else if (given.contains(at("note"))) {
      at("note").value = "";
    }
    show();
  } catch (error) {
    tell(error.message, true);
  } finally {
    delete given.dataset.busy;
    delete given.dataset.sent;
    if (submitter) submitter.disabled = false;
    const id = given.elements.namedItem("id");
    if (id) id.value = fresh();
    if (state.contains(document.activeElement)) document.activeElement.blur();
    refresh();
  }
}

document.addEventListener("submit", (event) => {
  if (!place.contains(event.target)) return;
  event.preventDefault();
  act(event.target, event.submitter);
}, true);

function show() {
  const text = box.value.trim();
  preview.hidden = !text;
  preview.textContent = `对方看到：【${preview.dataset.office}值班】${text}`;
  at("left").textContent = text ? `还能写 ${box.maxLength - box.value.length} 个字` : `最多 ${box.maxLength} 个字`;
  if (box.value) sessionStorage.setItem(draft, box.value);
}

function lease() {
  const until = at("until"), left = at("lease");
  if (!until || !left) return;
  const minutes = Math.ceil((Date.parse(until.dateTime) - Date.now()) / 60e3);
  left.textContent = minutes > 0 && minutes <= 60 ? `（还有 ${minutes} 分钟）` : "";
}

box.addEventListener("input", show);
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault();
    if (form.reportValidity()) act(form, form.querySelector("button"));
  } else if (event.key === "Escape") {
    box.blur();
  }
});
document.addEventListener("keydown", (event) => {
  if (typing(event)) return;
  const focus = { r: box, n: at("note") }[event.key];
  const given = state.querySelector(`[data-act="${event.key}"]`);
  if (focus) {
    focus.focus();
    event.preventDefault();
  } else if (given && !given.querySelector("button").disabled) {
    act(given, given.querySelector("button"));
  } else if (event.key === "u") {
    location.assign("/desk/");
  }
});

if (!box.value) box.value = sessionStorage.getItem(draft) ?? "";
show();
lease();
setInterval(lease, 15e3);
bottom();
listen((cases) => {
  if (!cases.length || cases.includes(Number(place.dataset.case))) refresh();
});
