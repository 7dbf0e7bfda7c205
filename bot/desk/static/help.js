// 帮着回话：回话框里打字就找，F2 放进第一条；查询边打边出；复制；筛条款；看进度。

import { get } from "./desk.js";

function later(work, milliseconds = 200) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), milliseconds);
  };
}

/** 回话框：`data-help` 是出处放在哪个隐藏的输入框里（JSON 的“文件:条款”）。 */
function assist(box) {
  const held = document.getElementById(box.dataset.help);
  const list = document.createElement("ol"), cited = document.createElement("ul"), said = document.createElement("p");
  list.className = "suggest";
  list.hidden = true;
  list.setAttribute("aria-label", "找到的条款、问答和常用回复");
  cited.className = "cited";
  cited.setAttribute("aria-label", "引的条款");
  said.className = "unseen";
  said.setAttribute("role", "status");
  box.before(list);
  box.after(cited, said);
  let found = [], at = 0, names = {}, asked = "", inserting = false;

  const cites = () => (held ? JSON.parse(held.value || "[]") : []);
  function cite(all) {
    if (held && held.value !== JSON.stringify(all)) held.value = JSON.stringify(all);
    held?.dispatchEvent(new Event("change"));
    cited.replaceChildren(...all.map((each) => {
      const item = document.createElement("li"), drop = document.createElement("button");
      drop.type = "button";
      drop.className = "plain";
      drop.textContent = `引 ${names[each] ?? each.split(":")[1]} ×`;
      drop.title = "不引这一条";
      drop.addEventListener("click", () => cite(cites().filter((other) => other !== each)));
      item.append(drop);
      return item;
    }));
  }
  function clear() {
    found = [];
    asked = "";
    draw();
  }
  function draw() {
    list.hidden = !found.length;
    list.replaceChildren(...found.map((each, n) => {
      const item = document.createElement("li"), pick = document.createElement("button"), basis = document.createElement("small");
      item.className = n === at ? "picked" : "";
      pick.type = "button";
      pick.textContent = `${n === at ? "F2 " : ""}${each.kind}：${each.title}`;
      basis.textContent = `${each.text.slice(0, 60)}${each.text.length > 60 ? "……" : ""} （${each.basis}）`;
      pick.append(basis);
      pick.addEventListener("click", () => insert(n));
      item.append(pick);
      return item;
    }));
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }
  /** 光标前正打着的那半句，到最近的一个标点。 */
  function typed() {
    const before = box.value.slice(0, box.selectionStart);
    return { from: Math.max(...["。", "！", "？", "；", "，", "：", ",", "\n"].map((mark) => before.lastIndexOf(mark))) + 1, to: box.selectionStart };
  }
  function insert(n) {
    const each = found[n], { from, to } = typed();
    if (!each) return;
    if (box.value.length - (to - from) + each.text.length > box.maxLength) {
      said.className = "warn";
      said.textContent = `放不下：这一条有 ${each.text.length} 个字。`;
      return;
    }
    replace(from, to, each.text);
    for (const cite of each.cites) names[cite] = cite.split(":")[1];
    cite([...new Set([...cites(), ...each.cites])]);
    found = [];
    draw();
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  /** 换掉一段，Ctrl+Z 退得回来；不会的浏览器直接换。 */
  function replace(from, to, text) {
    inserting = true;
    box.focus();
    box.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, text)) box.setRangeText(text, from, to, "end");
    inserting = false;
  }
  const look = later(async () => {
    const { from, to } = typed(), words = box.value.slice(from, to).trim();
    if (words === asked) return;
    asked = words;
    found = words.length < 2 ? [] : await ask(words);
    if (words !== asked) return;
    at = 0;
    said.className = "unseen";
    said.textContent = found.length ? `找到 ${found.length} 条，F2 放进第一条` : "";
    draw();
  });
  async function ask(words) {
    try {
      return (await (await get(`/desk/help/found?q=${encodeURIComponent(words.slice(-60))}`)).json()).found;
    } catch {
      return [];
    }
  }
  box.addEventListener("input", (event) => {
    if (!box.value.trim()) cite([]);
    if (event.isTrusted && !inserting) look();
  });
  held?.addEventListener("cited", () => {
    cite(cites());
    clear();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "F2" && found.length) {
      event.preventDefault();
      insert(at);
    } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      draw();
    } else if (event.key === "Escape" && found.length) {
      event.stopImmediatePropagation();
      found = [];
      draw();
    }
  }, true);
  cite(cites());
}

/** 边打边换：表单的 `data-live` 是取哪里，`data-into` 是换哪一块。 */
function live(form) {
  const box = form.querySelector("input[name=q]"), into = document.getElementById(form.dataset.into);
  let asked = box.value.trim();
  const look = later(async () => {
    const words = box.value.trim();
    if (words === asked) return;
    asked = words;
    const html = await (await get(`${form.dataset.live}?q=${encodeURIComponent(words)}`)).text();
    if (words !== asked) return;
    const made = new DOMParser().parseFromString(html, "text/html");
    into.replaceChildren(...made.body.childNodes);
    copies(into);
    history.replaceState(null, "", `?q=${encodeURIComponent(words)}`);
  }, 180);
  box.addEventListener("input", look);
}

function copies(within) {
  for (const button of within.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  const before = button.textContent;
  button.textContent = "复制了";
  setTimeout(() => (button.textContent = before), 1500);
});

function filter(box) {
  const rows = document.getElementById(box.dataset.filter).querySelectorAll("label");
  box.hidden = false;
  document.querySelector("[data-for-filter]").hidden = false;
  box.addEventListener("input", () => {
    const words = box.value.trim();
    for (const row of rows) row.hidden = !row.textContent.includes(words) && !row.querySelector("input").checked;
  });
}

/** 看进度：一秒取一回，做完了整页重开。 */
async function poll(place) {
  for (;;) {
    await new Promise((done) => setTimeout(done, 1000));
    let answer;
    try {
      answer = await get(place.dataset.poll);
    } catch {
      continue;
    }
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...made.body.childNodes);
    if (!place.querySelector("progress")) return location.reload();
  }
}

document.querySelectorAll("textarea[data-help]").forEach(assist);
document.querySelectorAll("form[data-live]").forEach(live);
document.querySelectorAll("[data-filter]").forEach(filter);
document.querySelectorAll("[data-poll]").forEach(poll);
copies(document);
