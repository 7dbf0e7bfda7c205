// 一场谈话：新来的话接在后面，写的字不丢；发送、接管都不用刷新，也不会发两遍。

import { get, post } from "./desk.js";
import { ages, calmly, listen, typing } from "./live.js";

const at = (id) => document.getElementById(id);
const place = document.querySelector(".case"), lines = at("lines"), state = at("state"), notice = at("notice");
const form = at("answer"), box = at("text"), cites = at("cites"), note = at("note"), preview = at("preview"), more = at("fresh");
const path = `/desk/case/${place.dataset.case}`, of = encodeURIComponent(place.dataset.of);
const draft = `form:${document.body.dataset.who}:case:${place.dataset.case}:${place.dataset.of}`;
let stuck = true, ended = false;

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
  more.hidden = true;
}

/** 没有这个案子了：写的、看到的都收起来，说清楚为什么。 */
function gone(error) {
  ended = true;
  sessionStorage.removeItem(draft);
  for (const each of [lines, state, at("about")]) each.replaceChildren();
  form.hidden = more.hidden = true;
  tell(error.message, true);
}

function failed(error, quiet = false) {
  if (error.status === 404) gone(error);
  else if (!quiet || notice.hidden || notice.className !== "bad") tell(error.message, true);
}

const refresh = calmly(async () => {
  if (ended) return;
  let html;
  try {
    html = await (await get(`${path}/live?after=${place.dataset.last}&of=${of}`)).text();
  } catch (error) {
    failed(error, true);
    return;
  }
  const made = new DOMParser().parseFromString(html, "text/html");
  const seen = new Set([...lines.querySelectorAll("[data-turn]")].map((line) => line.dataset.turn));
  const added = [...made.querySelectorAll(".lines > li")].filter((line) => !seen.has(line.dataset.turn));
  lines.append(...added.map((line) => document.adoptNode(line)));
  place.dataset.last = made.querySelector("[data-last]").dataset.last;
  at("notes").replaceChildren(...document.adoptNode(made.querySelector(".notes")).childNodes);
  if (!state.contains(document.activeElement) || added.length) swap(made.querySelector(".state"));
  if (stuck) bottom();
  else if (added.length) more.hidden = false;
}, 60);

function swap(made) {
  const focused = document.activeElement?.closest?.("[data-act]")?.dataset.act;
  state.replaceChildren(...document.adoptNode(made).childNodes);
  if (focused) state.querySelector(`[data-act="${focused}"] button`)?.focus({ preventScroll: true });
  const now = state.querySelector("[data-state]").dataset, mine = "mine" in now, closed = now.state === "closed";
  at("taking").hidden = now.state !== "waiting";
  form.hidden = closed && !box.value.trim();
  if (document.activeElement !== at("to")) at("to").value = now.operator;
  at("assign").disabled = "held" in now && !mine;
  at("assign").textContent = mine ? "转给他接管" : "派";
  lease();
  ages(place);
}

/** 发出去的那些字去掉，发的时候接着写的留下。 */
function sent(text, cited) {
  if (box.value === text) box.value = "";
  else if (box.value.startsWith(text)) box.value = box.value.slice(text.length).trimStart();
  else return;
  const left = JSON.parse(cites.value).filter((each) => !cited.includes(each));
  cites.value = JSON.stringify(box.value.trim() ? left : []);
  cites.dispatchEvent(new Event("cited"));
}

async function act(given, submitter) {
  if (given.dataset.busy) return;
  given.dataset.busy = "1";
  if (submitter) submitter.disabled = true;
  const fields = Object.fromEntries(new FormData(given)), id = given.elements.namedItem("id");
  let answered = true;
  tell(given === form ? "正在发…" : "正在办…");
  try {
    const answer = await post(given.getAttribute("action"), fields);
    const now = answer.headers.get("x-case");
    if (given === form) sent(fields.text, JSON.parse(fields.cites));
    else if (given.contains(note) && note.value === fields.note) note.value = "";
    show();
    if (now && now !== place.dataset.case) return location.assign(`/desk/case/${now}`);
    tell(await answer.text());
  } catch (error) {
    answered = Boolean(error.status);
    failed(error);
  } finally {
    delete given.dataset.busy;
    delete given.dataset.sent;
    if (submitter) submitter.disabled = false;
    // 没有回音的，再点还是同一条：也许已经到了，不会发两遍
    if (id && answered) id.value = fresh();
    if (state.contains(document.activeElement)) document.activeElement.blur();
    refresh();
  }
}

document.addEventListener("submit", (event) => {
  if (!place.contains(event.target)) return;
  event.preventDefault();
  act(event.target, event.submitter);
}, true);

/** 引的条款写成的那一行。 */
const bases = new Map([["[]", ""]]);
let asked = "";
async function basis() {
  const given = cites.value || "[]";
  if (bases.has(given)) return show();
  asked = given;
  try {
    bases.set(given, await (await get(`/desk/basis?cites=${encodeURIComponent(given)}`)).text());
  } catch {
    return;
  }
  if (given === asked) show();
}

function show() {
  const text = box.value.trim(), line = bases.get(cites.value || "[]");
  const tail = text && line && !/^依据：/m.test(text) ? `\n依据：${line}` : "";
  const left = box.maxLength - text.length - tail.length;
  preview.hidden = !text;
  preview.textContent = `对方看到：【${preview.dataset.office}值班】${text}${tail}`;
  at("left").textContent = !text ? `最多 ${box.maxLength} 个字` : left < 0 ? `连同依据多了 ${-left} 个字` : `还能写 ${left} 个字`;
  box.setCustomValidity(left < 0 ? `连同依据一行，最多 ${box.maxLength} 个字。` : "");
  keep();
}

/** 写到一半的：话、引的条款、要记的一笔；都没有就不留。 */
function keep() {
  const held = { text: box.value, cites: box.value ? cites.value : "[]", note: note.value };
  if (held.text || held.note) sessionStorage.setItem(draft, JSON.stringify(held));
  else sessionStorage.removeItem(draft);
}

function restore() {
  let held = {};
  try {
    held = JSON.parse(sessionStorage.getItem(draft) ?? "{}");
  } catch { /* 读不懂的不要 */ }
  if (!note.value) note.value = held.note ?? "";
  if (!held.text || (box.value && box.value !== held.text)) return;
  box.value = held.text;
  form.hidden = false;
  cites.value = held.cites ?? "[]";
  cites.dispatchEvent(new Event("cited"));
}

function lease() {
  const until = at("until"), left = at("lease");
  if (!until || !left) return;
  const minutes = Math.ceil((Date.parse(until.dateTime) - Date.now()) / 60e3);
  left.textContent = minutes > 0 && minutes <= 60 ? `（还有 ${minutes} 分钟）` : "";
}

function send(given, event) {
  event.preventDefault();
  if (given.reportValidity()) act(given, given.querySelector("button[type=submit]"));
}

box.addEventListener("input", show);
note.addEventListener("input", keep);
cites.addEventListener("change", basis);
for (const each of [box, note]) {
  each.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) send(each.form, event);
    else if (event.key === "Escape") each.blur();
  });
}
document.addEventListener("keydown", (event) => {
  const letter = event.altKey && !event.ctrlKey && !event.metaKey ? { KeyT: "t", KeyG: "g" }[event.code] : "";
  if (letter && !event.repeat) {
    // 苹果的 Option+字母打出来是别的字，所以看的是哪个键
    event.preventDefault();
    const button = state.querySelector(`[data-act="${letter}"] button`);
    if (button && !button.disabled) act(button.form, button);
    return;
  }
  if (typing(event)) return;
  if (event.key === "r") {
    box.focus();
  } else if (event.key === "n") {
    if (!note.offsetParent) location.hash = "about";
    note.focus();
  } else if (event.key === "u") {
    location.assign("/desk/");
  } else {
    return;
  }
  event.preventDefault();
});
lines.addEventListener("scroll", () => {
  stuck = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 80;
  if (stuck) more.hidden = true;
});
more.addEventListener("click", bottom);
new ResizeObserver(() => stuck && bottom()).observe(lines);

restore();
show();
lease();
setInterval(() => {
  lease();
  ages(place);
}, 15e3);
bottom();
listen((cases, waiting) => {
  const others = waiting - (state.querySelector('[data-state="waiting"]') ? 1 : 0), told = at("others");
  if (told && waiting !== undefined) {
    told.textContent = `还有 ${others} 个在等`;
    told.hidden = others < 1;
  }
  if (!cases.length || cases.includes(Number(place.dataset.case))) refresh();
}, place.dataset.case);
